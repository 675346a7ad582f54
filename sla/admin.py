"""Calendars, policies and agreements in Django's admin: saving another definition publishes the next version."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.owed_admin import OwedAdmin
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.calendar import list_warnings
from sla.core.errors import SlaError
from sla.models import (
    Agreement,
    AgreementLine,
    AgreementVersion,
    Calendar,
    CalendarVersion,
    Escalation,
    Journey,
    Policy,
    PolicyVersion,
    Retelling,
)
from sla.publishing import Line, check_policy, publish_agreement, publish_calendar, publish_policy
from sla.sweep import broken_journeys, look_again


class Versions(admin.TabularInline):
    """Published versions: to be read, by nobody to be changed."""

    extra = 0
    ordering = ("-number",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CalendarVersions(Versions):
    model = CalendarVersion
    fk_name = "calendar"


class PolicyVersions(Versions):
    model = PolicyVersion
    fk_name = "policy"


class AgreementVersions(Versions):
    model = AgreementVersion
    fk_name = "agreement"


class DefinitionForm(forms.ModelForm):
    """A thing and the definition of its current version."""

    definition = forms.JSONField(widget=forms.Textarea(attrs={"rows": 24, "cols": 100}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.current is not None:
            self.initial.setdefault("definition", self.instance.current.definition)

    def check_definition(self, definition: Any) -> None:
        """Raise what the core or the desk has against `definition`."""

    def clean_definition(self) -> Any:
        definition = self.cleaned_data["definition"]
        try:
            self.check_definition(definition)
        except (SlaError, DeskError) as error:
            raise ValidationError(str(error)) from error
        return definition


class CalendarForm(DefinitionForm):
    class Meta:
        model = Calendar
        fields = ("code", "name")

    def check_definition(self, definition: Any) -> None:
        CoreCalendar.from_dict(definition)


class PolicyForm(DefinitionForm):
    class Meta:
        model = Policy
        fields = ("code", "name", "is_active")

    def check_definition(self, definition: Any) -> None:
        check_policy(definition)


class Published(admin.ModelAdmin):
    """Past verdicts name versions, so nothing here is deleted."""

    list_display = ["code", "name", "current"]
    list_select_related = ("current",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Calendar)
class CalendarAdmin(Published):
    form = CalendarForm
    inlines = [CalendarVersions]

    def save_model(self, request: HttpRequest, obj: Calendar, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "definition" in form.changed_data:
            said: Any = {"definition": form.cleaned_data["definition"], "by": request.user}
            publish_calendar(calendar=obj, now=database_now(), **said)
            for warning in list_warnings(CoreCalendar.from_dict(said["definition"])):
                messages.warning(request, warning.sentence)


@admin.register(Policy)
class PolicyAdmin(Published):
    form = PolicyForm
    inlines = [PolicyVersions]
    list_display = ["code", "name", "current", "is_active"]

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "definition" in form.changed_data:
            said: Any = {"definition": form.cleaned_data["definition"], "by": request.user}
            publish_policy(policy=obj, now=database_now(), **said)


class AgreementForm(forms.ModelForm):
    """An agreement and what its next version promises; the forms are in `lines`' help."""

    policy = forms.ModelChoiceField(Policy.objects.all())
    calendar = forms.ModelChoiceField(Calendar.objects.all(), required=False, help_text="instead of the policy's")
    lines = forms.JSONField(
        widget=forms.Textarea(attrs={"rows": 8, "cols": 100}),
        help_text='[{"party": "any | customer:ID | segment:ID", "thing": "any | service:ID | offering:ID", '
        '"begins"?: instant, "ends"?: instant}]',
    )
    text = forms.CharField(required=False, widget=forms.Textarea)

    class Meta:
        model = Agreement
        fields = ("code", "name", "provider")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = self.instance.versions.order_by("-number").first() if self.instance.pk else None
        if latest is not None:
            said = {"policy": latest.policy_id, "calendar": latest.calendar_id, "text": latest.text}
            now = database_now()
            self.initial.update(said, lines=[_as_written(line, now) for line in latest.lines.all()])

    def clean_lines(self) -> list[Line]:
        written = self.cleaned_data["lines"]
        if not isinstance(written, list):
            raise ValidationError("Expected a list of lines.")
        return [_read_line(line) for line in written]

    def clean(self) -> dict[str, Any] | None:
        """Publish and take it back, so that an overlap is told at the field and not after saving."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        try:
            with transaction.atomic():
                names = {name: self.cleaned_data[name] for name in ("code", "name", "provider")}
                agreement = Agreement(pk=self.instance.pk, **names)
                agreement.save()
                self.publish(agreement, now=database_now())
                transaction.set_rollback(True)
        except DeskError as error:
            self.add_error("lines", str(error))
        return cleaned

    def publish(self, agreement: Agreement, *, now: datetime, by: Any = None) -> None:
        said: Any = {name: self.cleaned_data[name] for name in ("policy", "calendar", "lines", "text")}
        latest = agreement.versions.order_by("-number").first()
        said["signatories"] = latest.signatories if latest else []  # they are written in the workshop
        publish_agreement(agreement=agreement, now=now, by=by, **said)


@admin.register(Agreement)
class AgreementAdmin(Published):
    form = AgreementForm
    inlines = [AgreementVersions]
    list_display = ["code", "name", "provider"]
    list_select_related = ("provider",)

    def save_model(self, request: HttpRequest, obj: Agreement, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        form.publish(obj, now=database_now(), by=request.user)


@admin.register(Retelling)
class RetellingAdmin(OwedAdmin):
    list_select_related = ("by",)


@admin.register(Escalation)
class EscalationAdmin(OwedAdmin):
    list_select_related = ("clock",)


@admin.register(Journey)
class BrokenJourneyAdmin(admin.ModelAdmin):
    """Journeys the sweep set aside, and why; the rest of a journey is read on its ticket."""

    list_display = ["number", "broken"]
    actions = ("try_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Journey]:
        return broken_journeys()

    @admin.action(description="Let the sweep look again")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Journey]) -> None:
        self.message_user(request, f"{look_again(journeys=queryset, now=database_now())} will be looked at again.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _as_written(line: AgreementLine, now: datetime) -> dict[str, str]:
    """A line as the form shows it: with its end if it has one, and with its beginning if that is yet to come.

    Whatever holds already begins with the publication, since the line before it ends then.
    """
    begins, ends = line.period.lower, line.period.upper
    ahead = {"begins": begins.isoformat()} if begins and begins > now else {}
    return {"party": line.party, "thing": line.thing} | ahead | ({"ends": ends.isoformat()} if ends else {})


def _read_line(written: Any) -> Line:
    if not isinstance(written, dict) or written.keys() - {"party", "thing", "begins", "ends"}:
        raise ValidationError("A line has party, thing and perhaps begins and ends.")
    instants = {name: _read_instant(written[name]) for name in ("begins", "ends") if written.get(name)}
    return Line(party=str(written.get("party", "any")), thing=str(written.get("thing", "any")), **instants)


def _read_instant(text: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ValidationError(f"“{text}” is not an instant such as 2026-03-01T00:00:00+03:00.") from error
    if instant.tzinfo is None:
        raise ValidationError(f"“{text}” lacks an offset such as +03:00.")
    return instant

"""Canned replies as heads and administrators write them. Each change is a line of the workshop's audit log."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.actions.people.log import Change, changes_between, note
from catalog.models import WorkshopEvent
from servicedesk.errors import Forbidden, NotFound
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer
from servicedesk.people.said.refusal import SaidInvalid, SaidOfAnother, Wrong, mark_of
from servicedesk.texts import LANGUAGES, in_language
from servicedesk.transaction import in_one_transaction
from tickets.desk.macros import unknown_placeholders
from tickets.models import Macro

LONGEST_NAME, LONGEST_TEXT = 60, 20_000
Verb = WorkshopEvent.Verb


@dataclass(frozen=True, kw_only=True)
class MacroSaid:
    """What somebody typed of a canned reply; `department` is a code, "" for everybody's."""

    name_ru: str = ""
    name_en: str = ""
    text_ru: str = ""
    text_en: str = ""
    department: str = ""

    @property
    def typed(self) -> dict[str, str]:
        return asdict(self)


def said_of(macro: Macro) -> MacroSaid:
    """What is there, as it would be typed."""
    return MacroSaid(
        name_ru=macro.name.get("ru", ""),
        name_en=macro.name.get("en", ""),
        text_ru=macro.texts.get("ru", ""),
        text_en=macro.texts.get("en", ""),
        department=macro.department.code if macro.department else "",
    )


def departments_of(viewer: Viewer) -> "QuerySet[Customer]":
    """The departments whose canned replies this person writes, by name: those one answers for, and an administrator
    any."""
    mine = Q() if viewer.administers else Q(pk__in=sorted(viewer.heads))
    return Customer.objects.filter(mine, kind=Customer.Kind.DEPARTMENT, is_active=True).order_by("name")


def shaped_macros(viewer: Viewer) -> "QuerySet[Macro]":
    """The canned replies this person may change, those in use first."""
    mine = Q() if viewer.administers else Q(department__in=sorted(viewer.heads))
    return Macro.objects.filter(mine).select_related("department").order_by("-is_active", "department__name", "pk")


@in_one_transaction
def add_macro(*, viewer: Viewer, said: MacroSaid, now: datetime) -> Macro:
    """Add a canned reply, which the department's agents are offered at once. Raises SaidInvalid, Forbidden."""
    macro = Macro.objects.create(**_kept(viewer, said))
    _note(macro, Verb.ADDED, viewer, changes_between({}, said.typed), now)
    return macro


@in_one_transaction
def change_macro(*, viewer: Viewer, pk: int, said: MacroSaid, seen: str, now: datetime) -> list[Change]:
    """Write it anew; returns what that changed. `seen` is the mark of what was looked at.

    Raises SaidInvalid, SaidOfAnother, NotFound.
    """
    macro = _locked(viewer, pk)
    kept, was = _kept(viewer, said), said_of(macro)
    if mark_of(was.typed) != seen:
        raise SaidOfAnother
    changes = changes_between(was.typed, said.typed)
    if changes:
        Macro.objects.filter(pk=pk).update(**kept)
        _note(macro, Verb.CHANGED, viewer, changes, now)
    return changes


@in_one_transaction
def set_macro_active(*, viewer: Viewer, pk: int, is_active: bool, now: datetime) -> None:
    """Withdraw it, and nobody is offered it any more, or put it back. Raises NotFound."""
    macro = _locked(viewer, pk)
    if macro.is_active != is_active:
        Macro.objects.filter(pk=pk).update(is_active=is_active)
        _note(macro, Verb.RESTORED if is_active else Verb.WITHDRAWN, viewer, [], now)


def _locked(viewer: Viewer, pk: int) -> Macro:
    if not viewer.shapes:
        raise Forbidden
    macro = shaped_macros(viewer).select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if macro is None:
        raise NotFound
    return macro


def _kept(viewer: Viewer, said: MacroSaid) -> dict[str, Any]:
    """The row's values. Everybody's replies are an administrator's; raises SaidInvalid and, for who shapes nothing,
    Forbidden."""
    if not viewer.shapes:
        raise Forbidden
    wrong, department = _wrong(said), None
    if said.department or not viewer.administers:
        department = departments_of(viewer).filter(code=said.department).first()
        if department is None:
            wrong["department"] = later("Choose a department that you answer for.")
    if wrong:
        raise SaidInvalid(fields=wrong)
    return {
        "name": {"ru": said.name_ru.strip(), "en": said.name_en.strip()},
        "texts": {"ru": said.text_ru.strip(), "en": said.text_en.strip()},
        "department": department,
    }


def _wrong(said: MacroSaid) -> Wrong:
    """One language is enough: who reads another gets that one."""
    wrong: Wrong = {}
    typed = said.typed
    for code in LANGUAGES:
        if len(typed[f"name_{code}"].strip()) > LONGEST_NAME:
            wrong[f"name_{code}"] = _("Up to %(n)s characters.") % {"n": LONGEST_NAME}
        if len(typed[f"text_{code}"]) > LONGEST_TEXT:
            wrong[f"text_{code}"] = _("Up to %(n)s characters.") % {"n": LONGEST_TEXT}
        unknown = unknown_placeholders(typed[f"text_{code}"])
        if unknown:
            wrong[f"text_{code}"] = _("There is no %(names)s to put in.") % {"names": ", ".join(unknown)}
    if not (said.name_ru.strip() or said.name_en.strip()):
        wrong["name_ru"] = later("Give it a name in one language at least.")
    if not (said.text_ru.strip() or said.text_en.strip()):
        wrong["text_ru"] = later("Write the reply in one language at least.")
    return wrong


def _note(macro: Macro, verb: str, viewer: Viewer, changes: list[Change], now: datetime) -> None:
    name = in_language(macro.name, viewer.person.language)
    note(kind="macro", pk=macro.pk, name=name, verb=verb, by=viewer.person, now=now, changes=changes)

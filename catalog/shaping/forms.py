"""Request forms, as the workshop shapes them. A form belongs to whoever's offerings use it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from catalog.models import Draft, Offering, RequestForm, WorkshopEvent
from catalog.shaping.form_reading import read_form, typed_form
from catalog.shaping.kind import (
    Content,
    Edition,
    Kind,
    NothingShaped,
    Said,
    Thing,
    begun_things,
    drafts_by_code,
    find_unborn,
    own_codes,
)
from catalog.shaping.services import said_both
from catalog.shaping.typed import Typed
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from servicedesk.texts import said_in

TYPES = {
    "text": later("One line"),
    "long_text": later("Long text"),
    "number": later("Number"),
    "choice": later("Choice"),
    "date": later("Date"),
    "yes_no": later("Yes or no"),
}


class Forms(Kind):
    code, path = "form", "forms"
    title, one = later("Forms"), later("Form")
    purpose = later("What is asked of whoever wants something, field by field. Tickets keep the version they answered.")
    can_be_withdrawn = False
    shape = {
        "fields": [
            {
                "key": "",
                "type": "",
                "label_ru": "",
                "label_en": "",
                "required": "",
                "max": "",
                "when_field": "",
                "when_equals": "",
                "choices": [{"value": "", "label_ru": "", "label_en": ""}],
            }
        ]
    }

    def things(self, viewer: Viewer) -> Sequence[Thing]:
        latest = {form.code: form for form in RequestForm.objects.order_by("code", "number")}
        drafts, uses, events = drafts_by_code(self), _uses(), _publications()
        own = set() if viewer.administers else own_codes(self, viewer)
        found = [
            self._thing(form, uses.get(code, []), drafts.get(code), events.get((code, form.number)), viewer)
            for code, form in latest.items()
            if viewer.administers or _readable(viewer, code, uses.get(code, []), own)
        ]
        return [*found, *begun_things(self, viewer, drafts, set(latest))]

    def find(self, viewer: Viewer, code: str) -> Thing:
        form = RequestForm.objects.filter(code=code).order_by("-number").first()
        if form is None:
            return find_unborn(self, viewer, code)
        uses = _uses(code).get(code, [])
        own = set() if viewer.administers else own_codes(self, viewer)
        if not (viewer.administers or _readable(viewer, code, uses, own)):
            raise NothingShaped
        event = _publications(code).get((code, form.number))
        return self._thing(form, uses, drafts_by_code(self, [code]).get(code), event, viewer)

    def _thing(
        self,
        form: RequestForm,
        uses: Sequence[Offering],
        draft: Draft | None,
        event: WorkshopEvent | None,
        viewer: Viewer,
    ) -> Thing:
        """Readable it is; a form that another department's offering uses as well is for administrators to edit."""
        edition = Edition(
            number=form.number, at=form.published_at, by=event.by if event else None, content={"fields": form.fields}
        )
        return Thing(
            kind=self.code,
            code=form.code,
            name=form.code,
            owner=", ".join(sorted({use.service.provider.name for use in uses})),
            may_edit=viewer.administers or all(use.service.provider_id in viewer.heads for use in uses),
            row=form,
            present=edition,
            draft=draft,
            notes=[f"{said_in(use.service.name)}: {said_in(use.name)}" for use in uses],
        )

    def exists(self, code: str) -> bool:
        return RequestForm.objects.filter(code=code).exists()

    def editions(self, thing: Thing) -> Sequence[Edition]:
        events = _publications(thing.code)
        return [
            Edition(
                number=form.number,
                at=form.published_at,
                by=events[form.code, form.number].by if (form.code, form.number) in events else None,
                content={"fields": form.fields},
            )
            for form in RequestForm.objects.filter(code=thing.code).order_by("-number")
        ]

    def typed(self, content: Content) -> Typed:
        return typed_form(content)

    def read(self, typed: Typed, *, viewer: Viewer, code: str) -> Content:
        return read_form(typed)

    def publish(self, *, code: str, content: Content, now: datetime, by: Person) -> int:
        """The next version; every offering of the form asks it from now on, tickets keep the one they answered."""
        last = RequestForm.objects.select_for_update().filter(code=code).order_by("-number").first()
        number = last.number + 1 if last else 1
        form = RequestForm.objects.create(code=code, number=number, fields=content["fields"], published_at=now)
        Offering.objects.filter(form__code=code).update(form=form)
        return number

    def describe(self, content: Content) -> Sequence[Said]:
        labels = {field["key"]: said_in(field["label"]) for field in content.get("fields", [])}
        return [line for field in content.get("fields", []) for line in _describe(field, labels)]

    def choices(self, viewer: Viewer, typed: Typed, *, code: str) -> dict[str, Any]:
        return {
            "types": list(TYPES.items()),
            "keys": [
                (row["key"], f"{row['label_ru'] or row['label_en']} ({row['key']})")
                for row in typed.get("fields", [])
                if row["key"]
            ],
        }

    def warnings(self, content: Content, *, code: str, now: datetime) -> Sequence[str]:
        if content["fields"]:
            return ()
        return [_("The form has no fields: only a subject and a text will be asked.")]

    def shown(self, content: Content, *, thing: Thing, viewer: Viewer, now: datetime, asked: Mapping[str, str]) -> Any:
        return {"fields": content.get("fields", [])}


def _describe(field: Mapping[str, Any], labels: Mapping[str, str]) -> list[Said]:
    facts = [str(TYPES[field["type"]]).lower()]
    facts += [_("required")] if field.get("required") else []
    if "max" in field:
        longest = ngettext("at most %(n)s character", "at most %(n)s characters", int(field["max"]))
        facts.append((_("at most %(n)s") if field["type"] == "number" else longest) % {"n": field["max"]})
    lines = [Said(text=f"{said_both(field['label'])}: {', '.join(facts)} ({field['key']})")]
    if field.get("choices"):
        names = [said_both(choice.get("label") or {}) or str(choice["value"]) for choice in field["choices"]]
        lines.append(Said(text=_("Answers: %(names)s") % {"names": ", ".join(names)}, depth=1))
    if when := field.get("when"):
        words = _("Asked only if “%(label)s” is %(answer)s")
        said = {"label": labels.get(when["field"], when["field"]), "answer": answer_words(when["equals"])}
        lines.append(Said(text=words % said, depth=1))
    return lines


def answer_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("“%(value)s”") % {"value": value}


def _readable(viewer: Viewer, code: str, uses: Sequence[Offering], own: set[str]) -> bool:
    return any(use.service.provider_id in viewer.heads for use in uses) or (not uses and code in own)


def _uses(code: str | None = None) -> dict[str, list[Offering]]:
    """The offerings that ask each form, by its code."""
    offerings = Offering.objects.filter(form__isnull=False).select_related("service__provider", "form")
    found: dict[str, list[Offering]] = {}
    for offering in offerings if code is None else offerings.filter(form__code=code):
        assert offering.form is not None
        found.setdefault(offering.form.code, []).append(offering)
    return found


def _publications(code: str | None = None) -> dict[tuple[str, int | None], WorkshopEvent]:
    events = WorkshopEvent.objects.filter(kind=Forms.code, verb=WorkshopEvent.Verb.PUBLISHED).select_related("by")
    events = events.defer("content")
    return {(event.code, event.number): event for event in (events if code is None else events.filter(code=code))}


FORMS = Forms()

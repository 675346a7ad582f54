"""Services with their offerings and planned stages, as the workshop shapes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.icons import ICONS
from catalog.models import Draft, RequestForm, Service, WorkshopEvent
from catalog.shaping import service_rows
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
    providers_for,
)
from catalog.shaping.service_reading import read_service
from catalog.shaping.typed import Typed
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Person, Segment
from servicedesk.texts import said_in

KINDS = {"basic": later("Basic"), "additional": later("Additional"), "alternative": later("Alternative")}
AUDIENCES = {"employees": later("Employees"), "clients": later("Clients"), "everyone": later("Everyone")}


def said_both(texts: Mapping[str, str]) -> str:
    """In every language it was written in, so that a difference in any of them is seen."""
    return " / ".join(dict.fromkeys(texts[code] for code in ("ru", "en") if texts.get(code)))


class Services(Kind):
    code, path = "service", "services"
    title, one = later("Services"), later("Service")
    purpose = later("What a department offers, to whom, and by which way the work goes.")
    has_provider = True
    shape = {
        **{f"{part}_{language}": "" for part in service_rows.TEXTS for language in ("ru", "en")},
        "icon": "",
        "provider": "",
        "offerings": [
            {
                "slug": "",
                **{f"{part}_{language}": "" for part in ("name", "description") for language in ("ru", "en")},
                "kind": "",
                "audience": "",
                "segments": (),
                "form": "",
                "withdrawn": "",
                "asks_urgency": "",
                "plan": [{"department": "", "name_ru": "", "name_en": "", "beside": "", "approval_hours": ""}],
            }
        ],
    }

    def things(self, viewer: Viewer) -> Sequence[Thing]:
        services = self._visible(viewer).select_related("provider").order_by("provider__name", "slug")
        drafts, events = drafts_by_code(self), _last_events()
        found = [self._thing(service, drafts.get(service.slug), events.get(service.slug)) for service in services]
        taken = set(Service.objects.filter(slug__in=drafts).values_list("slug", flat=True))
        return [*found, *begun_things(self, viewer, drafts, taken)]

    def find(self, viewer: Viewer, code: str) -> Thing:
        service = self._visible(viewer).filter(slug=code).select_related("provider").first()
        if service is None:
            if self.exists(code):
                raise NothingShaped
            return find_unborn(self, viewer, code)
        draft = drafts_by_code(self, [code]).get(code)
        return self._thing(service, draft, _last_events(code).get(code), content=service_rows.content_of(service))

    def _visible(self, viewer: Viewer) -> Any:
        services = Service.objects.all()
        return services if viewer.administers else services.filter(provider__in=viewer.heads)

    def _thing(
        self, service: Service, draft: Draft | None, event: WorkshopEvent | None, content: Content | None = None
    ) -> Thing:
        number, at, by = (event.number or 1, event.at, event.by) if event else (1, None, None)
        return Thing(
            kind=self.code,
            code=service.slug,
            name=said_in(service.name),
            owner=service.provider.name,
            may_edit=True,
            is_active=service.is_active,
            row=service,
            present=Edition(number=number, at=at, by=by, content=content or {}),
            draft=draft,
        )

    def exists(self, code: str) -> bool:
        return Service.objects.filter(slug=code).exists()

    def editions(self, thing: Thing) -> Sequence[Edition]:
        events = WorkshopEvent.objects.filter(kind=self.code, code=thing.code, content__isnull=False)
        kept = [
            Edition(number=event.number or 1, at=event.at, by=event.by, content=event.content or {})
            for event in events.select_related("by").order_by("-number")
        ]
        return kept or ([thing.present] if thing.present else [])

    def typed(self, content: Content) -> Typed:
        return service_rows.typed_of(content)

    def read(self, typed: Typed, *, viewer: Viewer, code: str) -> Content:
        return read_service(typed, viewer=viewer, code=code)

    def publish(self, *, code: str, content: Content, now: datetime, by: Person) -> int:
        """The rows are changed in place; what they said before is kept in the audit log from the first change on."""
        service = Service.objects.select_for_update(no_key=True).filter(slug=code).first()
        last = _last_events(code).get(code)
        if service is not None and last is None:
            kept = service_rows.content_of(service)
            verb = WorkshopEvent.Verb.FOUND
            WorkshopEvent.objects.create(kind=self.code, code=code, verb=verb, number=1, content=kept, at=now)
        service_rows.write(service or Service(slug=code), content)
        return (last.number or 1) + 1 if last else 1 + (service is not None)

    def describe(self, content: Content) -> Sequence[Said]:
        if not content:
            return []
        names = _Names()
        lines = [
            Said(text=said_both(content["name"])),
            Said(text=_("Provider: %(name)s") % {"name": names.customer(content["provider"])}),
            *(Said(text=said_both(content[part])) for part in ("description",) if said_both(content[part])),
        ]
        for part, words in (("keywords", _("Also found by: %(text)s")), ("procedure", _("How it is done: %(text)s"))):
            if said_both(content[part]):
                lines.append(Said(text=words % {"text": said_both(content[part])}))
        lines.append(Said(text=_("Icon: %(name)s") % {"name": content["icon"]}))
        for offering in content["offerings"]:
            lines += _describe_offering(offering, names)
        return lines

    def choices(self, viewer: Viewer, typed: Typed, *, code: str) -> dict[str, Any]:
        departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT, is_active=True).order_by("name")
        forms = RequestForm.objects.order_by("code").values_list("code", flat=True).distinct()
        return {
            "providers": [(str(one.pk), one.name) for one in providers_for(viewer)],
            "departments": [(str(one.pk), one.name) for one in departments],
            "icons": [(name, name) for name in ICONS],
            "kinds": list(KINDS.items()),
            "audiences": list(AUDIENCES.items()),
            "segments": [(str(one.pk), said_in(one.name)) for one in Segment.objects.order_by("code")],
            "forms": [("", _("no form, only a text")), *((code, code) for code in forms)],
        }

    def warnings(self, content: Content, *, code: str, now: datetime) -> Sequence[str]:
        if any(not offering["withdrawn"] for offering in content["offerings"]):
            return ()
        return [_("Nothing of this service can be asked for: it has no offering in force.")]

    def shown(self, content: Content, *, thing: Thing, viewer: Viewer, now: datetime, asked: Mapping[str, str]) -> Any:
        """The service page as somebody who may ask for all of it reads it."""
        latest = latest_forms({offering["form"] for offering in content["offerings"] if offering["form"]})
        names = _Names()
        return {
            "name": said_in(content["name"]),
            "description": said_in(content["description"]),
            "provider": names.customer(content["provider"]),
            "icon": content["icon"],
            "offerings": [
                {
                    "name": said_in(offering["name"]),
                    "description": said_in(offering["description"]),
                    "kind": KINDS[offering["kind"]],
                    "audience": AUDIENCES[offering["audience"]],
                    "fields": latest.get(offering["form"], []),
                    "plan": [names.customer(stage["department"]) for stage in offering["plan"]],
                }
                for offering in content["offerings"]
                if not offering["withdrawn"]
            ],
        }


class _Names:
    """Names of customers and segments by their ids, each table read at most once."""

    def __init__(self) -> None:
        self._customers: dict[int, str] | None = None
        self._segments: dict[int, str] | None = None

    def customer(self, pk: int) -> str:
        if self._customers is None:
            departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT)
            self._customers = dict(departments.values_list("pk", "name"))
        return self._customers.get(pk, str(pk))

    def segment(self, pk: int) -> str:
        if self._segments is None:
            self._segments = {one.pk: said_in(one.name) for one in Segment.objects.all()}
        return self._segments.get(pk, str(pk))


def _describe_offering(offering: Mapping[str, Any], names: _Names) -> list[Said]:
    kind, audience = str(KINDS[offering["kind"]]), str(AUDIENCES[offering["audience"]]).lower()
    head = _("%(kind)s: %(name)s, for %(audience)s") % {
        "kind": kind, "name": said_both(offering["name"]), "audience": audience,
    }  # fmt: skip
    lines = [Said(text=head + (", " + _("withdrawn") if offering["withdrawn"] else ""))]
    if said_both(offering["description"]):
        lines.append(Said(text=said_both(offering["description"]), depth=1))
    if offering["segments"]:
        segments = ", ".join(map(names.segment, offering["segments"]))
        lines.append(Said(text=_("Only for clients of: %(segments)s") % {"segments": segments}, depth=1))
    if offering["form"]:
        lines.append(Said(text=_("Form: %(code)s") % {"code": offering["form"]}, depth=1))
    if offering.get("asks_urgency"):
        lines.append(Said(text=_("The form asks whom it holds up and how much it hinders"), depth=1))
    if offering["plan"]:
        lines.append(Said(text=_("The way of the work: %(way)s") % {"way": _way(offering["plan"], names)}, depth=1))
    return lines


def _way(plan: Sequence[Mapping[str, Any]], names: _Names) -> str:
    """ "IT (Choice) → Sales (Consent, approval within 8 h) + Warehouse (Picking)": + is side by side."""
    said = ""
    for stage in plan:
        name = said_both(stage["name"])
        if (seconds := stage.get("approval_seconds")) is not None:
            name += ", " + _("approval within %(n)s h") % {"n": f"{seconds / service_rows.HOUR:g}"}
        said += (" + " if stage.get("beside") else " → ") if said else ""
        said += f"{names.customer(stage['department'])} ({name})"
    return said


def latest_forms(codes: set[str]) -> dict[str, list[dict[str, Any]]]:
    """The fields of the newest version of each form."""
    forms = RequestForm.objects.filter(code__in=codes).order_by("code", "number")
    return {form.code: form.fields for form in forms}


def _last_events(code: str | None = None) -> dict[str, WorkshopEvent]:
    """The newest publication of each service, by its slug."""
    events = WorkshopEvent.objects.filter(kind=Services.code, content__isnull=False).select_related("by")
    events = events.defer("content").order_by("number")
    return {event.code: event for event in (events if code is None else events.filter(code=code))}


SERVICES = Services()

"""The thirty services of the demonstration company, with offerings, forms and planned corridors."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from catalog.models import Offering, PlannedStage, RequestForm, Service
from servicedesk.people.models import Customer, Segment
from tickets.demo.reading import read_services


def offer_services(*, departments: Mapping[str, Customer], segments: Mapping[str, Segment], since: datetime) -> None:
    """Write the whole catalogue."""
    for said in read_services():
        service = Service.objects.create(
            provider=departments[said["provider"]],
            slug=said["slug"],
            name=said["name"],
            description=said["about"],
            keywords=said["keywords"],
            procedure=said["procedure"],
            icon=said["icon"],
        )
        for variant in said["offering"]:
            _offer(service, variant, departments, segments, since)


def _offer(
    service: Service,
    said: Mapping[str, Any],
    departments: Mapping[str, Customer],
    segments: Mapping[str, Segment],
    since: datetime,
) -> None:
    offering = Offering.objects.create(
        service=service,
        slug=said["slug"],
        name=said["name"],
        description=said["about"],
        kind=said["kind"],
        audience=said["audience"],
        form=_form(said, since),
    )
    if said.get("segments"):
        offering.segments.set([segments[code] for code in said["segments"]])
    PlannedStage.objects.bulk_create(
        PlannedStage(offering=offering, position=place, department=departments[code], name={"ru": ru, "en": en})
        for place, (code, ru, en) in enumerate(said.get("plan", ()), start=1)
    )


def _form(said: Mapping[str, Any], since: datetime) -> RequestForm | None:
    if not said.get("fields"):
        return None
    fields = [form_field(field) for field in said["fields"]]
    return RequestForm.objects.create(code=said["slug"], number=1, fields=fields, published_at=since)


def form_field(said: Mapping[str, Any]) -> dict[str, Any]:
    """A field as docs/concepts.md has it, of the short form in the data."""
    field: dict[str, Any] = {"key": said["key"], "type": said["type"], "label": {"ru": said["ru"], "en": said["en"]}}
    field |= {name: said[name] for name in ("required", "max") if name in said}
    if "choices" in said:
        field["choices"] = [{"value": value, "label": {"ru": ru, "en": en}} for value, ru, en in said["choices"]]
    if "when" in said:
        field["when"] = {"field": said["when"][0], "equals": said["when"][1]}
    return field

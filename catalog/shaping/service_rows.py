"""A service's rows as one content, that content as the editor holds it, and back into rows."""

from collections.abc import Mapping
from typing import Any

from catalog.models import Offering, PlannedStage, RequestForm, Service
from catalog.shaping.kind import Content
from catalog.shaping.typed import Typed

HOUR = 3600
TEXTS = ("name", "description", "keywords", "procedure")


def content_of(service: Service) -> Content:
    """What the rows say now; four statements."""
    offerings = service.offerings.select_related("form").prefetch_related("segments", "plan").order_by("pk")
    return {
        **{part: dict(getattr(service, part)) for part in TEXTS},
        "icon": service.icon,
        "provider": service.provider_id,
        "offerings": [_offering(offering) for offering in offerings],
    }


def _offering(offering: Offering) -> Content:
    return {
        "slug": offering.slug,
        "name": dict(offering.name),
        "description": dict(offering.description),
        "kind": offering.kind,
        "audience": offering.audience,
        "segments": sorted(segment.pk for segment in offering.segments.all()),
        "form": offering.form.code if offering.form else "",
        "withdrawn": not offering.is_active,
        **({"asks_urgency": True} if offering.asks_urgency else {}),
        "plan": [_stage(one) for one in offering.plan.all()],
    }


def _stage(stage: PlannedStage) -> Content:
    """What is as usual is left out, as in the contents of before it could be otherwise."""
    said: Content = {"department": stage.department_id, "name": dict(stage.name)}
    if stage.beside:
        said["beside"] = True
    if stage.kind == PlannedStage.Kind.APPROVAL:
        said["approval_seconds"] = stage.seconds
    return said


def typed_of(content: Content) -> Typed:
    return {
        **{f"{part}_{language}": text for part in TEXTS for language, text in _both(content[part]).items()},
        "icon": content["icon"],
        "provider": str(content["provider"]),
        "offerings": [_typed_offering(offering) for offering in content["offerings"]],
    }


def _typed_offering(offering: Mapping[str, Any]) -> Typed:
    named = {
        f"{part}_{language}": text
        for part in ("name", "description")
        for language, text in _both(offering[part]).items()
    }
    return {
        **named,
        **{part: offering[part] for part in ("slug", "kind", "audience", "form")},
        "segments": [str(segment) for segment in offering["segments"]],
        "withdrawn": "yes" if offering["withdrawn"] else "",
        "asks_urgency": "yes" if offering.get("asks_urgency") else "",
        "plan": [_typed_stage(stage) for stage in offering["plan"]],
    }


def _typed_stage(stage: Mapping[str, Any]) -> Typed:
    seconds = stage.get("approval_seconds")
    return {
        "department": str(stage["department"]),
        "name_ru": _both(stage["name"])["ru"],
        "name_en": _both(stage["name"])["en"],
        "beside": "yes" if stage.get("beside") else "",
        "approval_hours": "" if seconds is None else f"{seconds / HOUR:g}",
    }


def _both(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: texts.get(language, "") for language in ("ru", "en")}


def write(service: Service, content: Content) -> None:
    """Make the rows say `content`. Offerings it does not name are withdrawn, for tickets name them."""
    for part in TEXTS:
        setattr(service, part, content[part])
    service.icon, service.provider_id = content["icon"], content["provider"]
    service.save()
    kept = {offering.slug: offering for offering in service.offerings.all()}
    for said in content["offerings"]:
        _write_offering(
            kept.pop(said["slug"]) if said["slug"] in kept else Offering(service=service, slug=said["slug"]), said
        )
    Offering.objects.filter(pk__in=[gone.pk for gone in kept.values()]).update(is_active=False)


def _write_offering(offering: Offering, said: Mapping[str, Any]) -> None:
    for part in ("name", "description", "kind", "audience"):
        setattr(offering, part, said[part])
    offering.form = RequestForm.objects.filter(code=said["form"]).order_by("-number").first() if said["form"] else None
    offering.is_active, offering.asks_urgency = not said["withdrawn"], bool(said.get("asks_urgency"))
    offering.save()
    offering.segments.set(said["segments"])
    offering.plan.all().delete()
    PlannedStage.objects.bulk_create(
        _planned(offering, place, stage) for place, stage in enumerate(said["plan"], start=1)
    )


def _planned(offering: Offering, place: int, said: Mapping[str, Any]) -> PlannedStage:
    seconds = said.get("approval_seconds")
    return PlannedStage(
        offering=offering,
        position=place,
        department_id=said["department"],
        name=said["name"],
        beside=bool(said.get("beside")),
        kind=PlannedStage.Kind.WORK if seconds is None else PlannedStage.Kind.APPROVAL,
        seconds=seconds,
    )

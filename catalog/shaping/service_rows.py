"""A service's rows as one content, that content as the editor holds it, and back into rows."""

from collections.abc import Mapping
from typing import Any

from catalog.models import Offering, PlannedStage, RequestForm, Service
from catalog.shaping.kind import Content
from catalog.shaping.typed import Typed

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
        "plan": [{"department": one.department_id, "name": dict(one.name)} for one in offering.plan.all()],
    }


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
    plan = [
        {
            "department": str(stage["department"]),
            "name_ru": _both(stage["name"])["ru"],
            "name_en": _both(stage["name"])["en"],
        }
        for stage in offering["plan"]
    ]
    return {
        **named,
        **{part: offering[part] for part in ("slug", "kind", "audience", "form")},
        "segments": [str(segment) for segment in offering["segments"]],
        "withdrawn": "yes" if offering["withdrawn"] else "",
        "plan": plan,
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
    offering.is_active = not said["withdrawn"]
    offering.save()
    offering.segments.set(said["segments"])
    offering.plan.all().delete()
    PlannedStage.objects.bulk_create(
        PlannedStage(offering=offering, position=place, department_id=stage["department"], name=stage["name"])
        for place, stage in enumerate(said["plan"], start=1)
    )

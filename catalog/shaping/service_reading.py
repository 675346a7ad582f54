"""Reading a service from its editor: every problem at its field, in words."""

import re
from typing import Any

from django.utils.translation import gettext as _

from catalog.icons import ICONS
from catalog.models import Offering, RequestForm
from catalog.shaping.codes import CODE
from catalog.shaping.kind import Content, DraftInvalid, may_shape
from catalog.shaping.typed import Typed
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Segment

HOURS, MOST_HOURS = re.compile(r"\d{1,4}(\.\d{1,2})?"), 1000
LONGEST = {"name": 200, "description": 2000, "keywords": 1000, "procedure": 10_000}


class _Reading:
    """Gathers problems while the rows are read; what may be named is read once."""

    def __init__(self, viewer: Viewer, code: str) -> None:
        self.viewer, self.code = viewer, code
        self.problems: dict[str, str] = {}
        departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT, is_active=True)
        self.departments = {str(pk): pk for pk in departments.values_list("pk", flat=True)}
        self.segments = {str(pk): pk for pk in Segment.objects.values_list("pk", flat=True)}
        self.forms = set(RequestForm.objects.values_list("code", flat=True))

    def texts(self, typed: Typed, part: str, path: str, *, needed: bool = False) -> dict[str, str]:
        """{"ru": …, "en": …} of the languages that were written."""
        texts = {language: typed[f"{part}_{language}"].strip() for language in ("ru", "en")}
        for language, text in texts.items():
            if len(text) > LONGEST[part]:
                problem = _("At most %(n)s characters.") % {"n": LONGEST[part]}
                self.problems[f"{path}{part}_{language}"] = problem
        if needed and not any(texts.values()):
            self.problems[f"{path}{part}_ru"] = _("A text is needed in at least one language.")
        return {language: text for language, text in texts.items() if text}

    def one_of(self, value: str, allowed: Any, path: str) -> str:
        if value not in allowed:
            self.problems[path] = _("Choose one of the list.")
        return value


def read_service(typed: Typed, *, viewer: Viewer, code: str) -> Content:
    """The content of a service. Raises DraftInvalid; a head may name no provider but their own departments."""
    reading = _Reading(viewer, code)
    provider = reading.departments.get(typed["provider"], 0)
    if not provider or not may_shape(viewer, provider):
        reading.problems["provider"] = _("Choose a department that you speak for.")
    content: Content = {
        "name": reading.texts(typed, "name", "", needed=True),
        **{part: reading.texts(typed, part, "") for part in ("description", "keywords", "procedure")},
        "icon": reading.one_of(typed["icon"] or "circle-help", ICONS, "icon"),
        "provider": provider,
        "offerings": [_offering(reading, row, f"offerings.{n}.") for n, row in enumerate(typed["offerings"])],
    }
    _refuse_taken(reading, content["offerings"])
    if reading.problems:
        raise DraftInvalid(problems=reading.problems)
    return content


def _offering(reading: _Reading, row: Typed, path: str) -> Content:
    slug = row["slug"].strip() or f"{reading.code}-{path.split('.')[1]}"
    if not CODE.fullmatch(slug):
        problem = _("Small Latin letters, digits and hyphens, such as office-2027; at most 50.")
        reading.problems[f"{path}slug"] = problem
    if row["form"] and row["form"] not in reading.forms:
        reading.problems[f"{path}form"] = _("There is no published form of this code.")
    segments = [reading.segments[one] for one in row["segments"] if one in reading.segments]
    return {
        "slug": slug,
        "name": reading.texts(row, "name", path, needed=True),
        "description": reading.texts(row, "description", path),
        "kind": reading.one_of(row["kind"] or "basic", list(Offering.Kind), f"{path}kind"),
        "audience": reading.one_of(row["audience"] or "employees", list(Offering.Audience), f"{path}audience"),
        "segments": sorted(segments),
        "form": row["form"],
        "withdrawn": bool(row["withdrawn"]),
        **({"asks_urgency": True} if row["asks_urgency"] else {}),
        "plan": [_stage(reading, stage, n, f"{path}plan.{n}.") for n, stage in enumerate(row["plan"])],
    }


def _stage(reading: _Reading, row: Typed, number: int, path: str) -> Content:
    if row["department"] not in reading.departments:
        reading.problems[f"{path}department"] = _("Choose one of the list.")
    said: Content = {
        "department": reading.departments.get(row["department"], 0),
        "name": reading.texts(row, "name", path, needed=True),
    }
    if row["beside"] and number:  # the first has nothing beside it
        said["beside"] = True
    if row["approval_hours"].strip():
        said["approval_seconds"] = _approval(reading, row["approval_hours"], f"{path}approval_hours")
    return said


def _approval(reading: _Reading, typed: str, path: str) -> int:
    """Seconds of the working hours typed, such as 8 or 1,5."""
    text = typed.strip().replace(",", ".")
    hours = float(text) if HOURS.fullmatch(text) else 0.0
    if not 0 < hours <= MOST_HOURS:
        reading.problems[path] = _("Working hours such as 8 or 1.5, at most %(n)s.") % {"n": MOST_HOURS}
    return round(hours * 3600)


def _refuse_taken(reading: _Reading, offerings: list[Content]) -> None:
    """A slug names one offering of the whole catalogue."""
    slugs = [offering["slug"] for offering in offerings]
    taken = set(
        Offering.objects.filter(slug__in=slugs).exclude(service__slug=reading.code).values_list("slug", flat=True)
    )
    for number, slug in enumerate(slugs):
        if slug in taken or slug in slugs[:number]:
            reading.problems[f"offerings.{number}.slug"] = _("This code is taken; choose another.")

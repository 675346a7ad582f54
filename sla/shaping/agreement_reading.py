"""Reading an agreement from its editor, and writing one into it: every problem at its field, in words."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from catalog.models import Offering, Service
from catalog.shaping.kind import Content, DraftInvalid, may_shape
from catalog.shaping.typed import Typed
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Segment
from sla.core.zones import load_zone
from sla.models import Calendar
from sla.publishing import PARTY, THING
from sla.shaping.overlaps import refuse_doubles, refuse_overlaps
from sla.shaping.signatories import read_signatories
from sla.shaping.year import local_instant


def typed_agreement(content: Content) -> Typed:
    return {
        "name": content["name"],
        "provider": str(content["provider"]),
        "policy": content["policy"],
        "calendar": content["calendar"],
        "text": content["text"],
        "lines": [
            {**line, "begins": _local(line["begins"]), "ends": _local(line["ends"])} for line in content["lines"]
        ],
        "signatories": [dict(one) for one in content.get("signatories", [])],
    }


def _local(instant: str) -> str:
    """An instant as a field for date and time holds it, in the company's zone."""
    if not instant:
        return ""
    there = datetime.fromisoformat(instant).astimezone(load_zone(settings.TIME_ZONE))
    return there.replace(tzinfo=None).isoformat(timespec="minutes")


def read_agreement(
    typed: Typed, *, viewer: Viewer, policies: Collection[str], code: str = "", now: datetime
) -> Content:
    """The content of an agreement. Raises DraftInvalid; a head promises for their own departments, by policies they
    may read, and nothing that another agreement than `code` promises at that time."""
    problems: dict[str, str] = {}
    name = typed["name"].strip()
    if not name or len(name) > 200:
        problems["name"] = _("At most %(n)s characters.") % {"n": 200} if name else _("A name is needed.")
    provider = int(typed["provider"]) if typed["provider"].isdecimal() and len(typed["provider"]) < 10 else 0
    departments = Customer.objects.filter(pk=provider, kind=Customer.Kind.DEPARTMENT)
    if not may_shape(viewer, provider) or not departments.exists():
        problems["provider"] = _("Choose a department that you speak for.")
    if typed["policy"] not in policies:
        problems["policy"] = _("Choose one of the list.")
    if typed["calendar"] and not Calendar.objects.filter(code=typed["calendar"], current__isnull=False).exists():
        problems["calendar"] = _("Choose one of the list.")
    known = _known(typed["lines"], provider)
    lines = [_line(row, f"lines.{n}.", known, problems) for n, row in enumerate(typed["lines"])]
    refuse_doubles(lines, problems)
    if not problems:
        refuse_overlaps(lines, name=name, provider=provider, code=code, now=now, problems=problems)
    signatories = read_signatories(typed["signatories"], {line["party"] for line in lines}, now, problems)
    if problems:
        raise DraftInvalid(problems=problems)
    return {
        "name": name,
        "provider": provider,
        "policy": typed["policy"],
        "calendar": typed["calendar"],
        "text": typed["text"].strip(),
        "lines": lines,
        "signatories": signatories,
    }


def _known(rows: list[Typed], provider: int) -> set[str]:
    """The parties and things of these rows that there are; things only of the provider's."""
    ids: dict[str, set[int]] = {"customer": set(), "segment": set(), "service": set(), "offering": set()}
    for row in rows:
        for text, pattern in ((row["party"], PARTY), (row["thing"], THING)):
            if ":" in text and pattern.fullmatch(text):
                kind, _colon, number = text.partition(":")
                ids[kind].add(int(number))
    found: dict[str, Any] = {
        "customer": Customer.objects.filter(pk__in=ids["customer"]),
        "segment": Segment.objects.filter(pk__in=ids["segment"]),
        "service": Service.objects.filter(pk__in=ids["service"], provider=provider),
        "offering": Offering.objects.filter(pk__in=ids["offering"], service__provider=provider),
    }
    there = {f"{kind}:{pk}" for kind in ids if ids[kind] for pk in found[kind].values_list("pk", flat=True)}
    return there | {"any"}


def _line(row: Typed, path: str, known: set[str], problems: dict[str, str]) -> Content:
    line = {"party": row["party"] or "any", "thing": row["thing"] or "any", "begins": "", "ends": ""}
    for part in ("party", "thing"):
        if line[part] not in known:
            problems[f"{path}{part}"] = _("Choose one of the list.")
    for part in ("begins", "ends"):
        if row[part].strip():
            instant = local_instant(row[part].strip(), settings.TIME_ZONE)
            line[part] = instant.isoformat() if instant else ""
            if instant is None:
                problems[f"{path}{part}"] = _("Write a day and a time such as 2026-12-01T00:00.")
    if line["begins"] and line["ends"] and line["ends"] <= line["begins"]:
        problems[f"{path}ends"] = _("It ends before it begins.")
    return line

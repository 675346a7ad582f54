"""Lines that would promise the same to the same at one time, told where they were typed.

The exclusion constraint of the rows has the last word; this finds what it would refuse before anything is published.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from catalog.shaping.kind import Content
from sla.models import AgreementLine


def refuse_doubles(lines: Sequence[Content], problems: dict[str, str]) -> None:
    """Of two lines of one agreement for one party and thing at one time the later one is marked."""
    for number, line in enumerate(lines):
        for other in lines[:number]:
            same = (line["party"], line["thing"]) == (other["party"], other["thing"])
            apart = _ends_before(line, other) or _ends_before(other, line)
            if same and not apart:
                problems[f"lines.{number}.party"] = _(
                    "Another line above promises the same to the same at the same time."
                )


def refuse_overlaps(
    lines: Sequence[Content], *, name: str, provider: int, code: str, now: datetime, problems: dict[str, str]
) -> None:
    """Mark each line that a line of another agreement than `code` stands in the way of, naming both. One statement."""
    rows = AgreementLine.objects.filter(
        provider=provider,
        party__in={line["party"] for line in lines},
        thing__in={line["thing"] for line in lines},
        period__overlap=DateTimeTZRange(now, None),
    )
    others = list(rows.exclude(version__agreement__code=code).select_related("version__agreement").order_by("pk"))
    for number, line in enumerate(lines):
        other = next((one for one in others if _collide(line, one, now)), None)
        if other is not None:
            words = _("“%(one)s” and “%(other)s” would both promise this at the same time. End one before the other.")
            problems[f"lines.{number}.party"] = words % {"one": name, "other": other.version.agreement.name}


def _collide(line: Content, other: AgreementLine, now: datetime) -> bool:
    if (line["party"], line["thing"]) != (other.party, other.thing):
        return False
    begins = max(datetime.fromisoformat(line["begins"]), now) if line["begins"] else now
    ends = datetime.fromisoformat(line["ends"]) if line["ends"] else None
    before = other.period.upper is not None and other.period.upper <= begins
    after = ends is not None and other.period.lower is not None and ends <= other.period.lower
    return not before and not after


def _ends_before(one: Content, other: Content) -> bool:
    return bool(one["ends"] and other["begins"] and one["ends"] <= other["begins"])

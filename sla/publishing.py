"""Publishing calendars, policies and agreements: each edit is a new immutable version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as installed_version
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max
from django.db.models.functions import Coalesce

from servicedesk.errors import Refused
from servicedesk.people.models import Person
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.policy import Policy as CorePolicy
from sla.models import (
    Agreement,
    AgreementLine,
    AgreementVersion,
    Calendar,
    CalendarVersion,
    Policy,
    PolicyVersion,
)


class CalendarUnknown(Refused):
    code = "calendar_unknown"
    status = 422
    sentence = "The policy names the calendar {name}, which has no published version. Nothing was published."


@dataclass(frozen=True)
class Line:
    """A line of an agreement as its editor says it; values as in AgreementLine."""

    party: str = AgreementLine.ANY
    thing: str = AgreementLine.ANY
    begins: datetime | None = None
    ends: datetime | None = None


@transaction.atomic
def publish_calendar(
    *, calendar: Calendar, definition: dict[str, Any], now: datetime, by: Person | None = None
) -> CalendarVersion:
    """Make `definition` the calendar's current version. Raises the core's CalendarError, saying what is wrong.

    Running clocks keep the version they have until a `promised` fact tells them of another.
    """
    CoreCalendar.from_dict(definition)
    Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    calendar.current = CalendarVersion.objects.create(
        calendar=calendar,
        number=_next_number(calendar.versions),
        definition=definition,
        tzdata=installed_version("tzdata"),
        published_at=now,
        published_by=by,
    )
    calendar.save(update_fields=["current"])
    return calendar.current


@transaction.atomic
def publish_policy(
    *, policy: Policy, definition: dict[str, Any], now: datetime, by: Person | None = None
) -> PolicyVersion:
    """Make `definition` the policy's current version; raises the core's PolicyError or CalendarUnknown.

    Tickets filed from now on are promised it; those under way keep theirs.
    """
    names = {target.calendar for target in CorePolicy.from_dict(definition).targets if target.calendar}
    known = Calendar.objects.filter(code__in=names, current__isnull=False).values_list("code", flat=True)
    for name in sorted(names - set(known)):
        raise CalendarUnknown(name=name)
    Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    policy.current = PolicyVersion.objects.create(
        policy=policy,
        number=_next_number(policy.versions),
        definition=definition,
        published_at=now,
        published_by=by,
    )
    policy.save(update_fields=["current"])
    return policy.current


@transaction.atomic
def publish_agreement(
    *,
    agreement: Agreement,
    policy: Policy,
    lines: Sequence[Line],
    now: datetime,
    calendar: Calendar | None = None,
    text: str = "",
    by: Person | None = None,
) -> AgreementVersion:
    """Make a new version with `lines` the agreement in force; the lines of earlier versions end now.

    Raises IntegrityError from the exclusion constraint when a line overlaps one of another agreement.
    """
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    _end_lines(agreement, now)
    version = AgreementVersion.objects.create(
        agreement=agreement,
        number=_next_number(agreement.versions),
        policy=policy,
        calendar=calendar,
        text=text,
        published_at=now,
        published_by=by,
    )
    AgreementLine.objects.bulk_create(
        AgreementLine(
            version=version,
            provider_id=agreement.provider_id,
            party=line.party,
            thing=line.thing,
            period=DateTimeTZRange(line.begins or now, line.ends),
        )
        for line in lines
    )
    return version


def _end_lines(agreement: Agreement, now: datetime) -> None:
    """Lines in force end at `now`; lines that would begin later never come into force."""
    for line in AgreementLine.objects.filter(version__agreement=agreement, period__endswith__isnull=True) | (
        AgreementLine.objects.filter(version__agreement=agreement, period__endswith__gt=now)
    ):
        begins = line.period.lower
        line.period = DateTimeTZRange(begins, max(begins, now))
        line.save(update_fields=["period"])


def _next_number(versions: Any) -> int:
    number: int = versions.aggregate(next=Coalesce(Max("number"), 0) + 1)["next"]
    return number

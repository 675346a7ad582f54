"""Publishing calendars, policies and agreements: each edit is a new immutable version."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as installed_version
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max
from django.db.models.functions import Coalesce

from servicedesk.errors import Invalid, Refused
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


class AgreementOverlaps(Refused):
    """Raised when two lines would promise the same party the same thing at one time."""

    code = "agreement_overlaps"
    sentence = (
        "{agreement} and {other} would both promise {party} for {thing} at the same time. "
        "Nothing was published; end the one line before the other begins."
    )


class LineInvalid(Invalid):
    """Raised when a line names nobody, nothing or no time."""

    code = "agreement_line_invalid"
    sentence = "{problem} Nothing was published."


PARTY = re.compile(r"any|(customer|segment):[1-9][0-9]{0,17}")
THING = re.compile(r"any|(offering|service):[1-9][0-9]{0,17}")


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


def check_policy(definition: Any) -> None:
    """Raise the core's PolicyError, or CalendarUnknown, where `definition` could not be kept."""
    names = {target.calendar for target in CorePolicy.from_dict(definition).targets if target.calendar}
    known = Calendar.objects.filter(code__in=names, current__isnull=False).values_list("code", flat=True)
    for name in sorted(names - set(known)):
        raise CalendarUnknown(name=name)


@transaction.atomic
def publish_policy(
    *, policy: Policy, definition: dict[str, Any], now: datetime, by: Person | None = None
) -> PolicyVersion:
    """Make `definition` the policy's current version; raises the core's PolicyError or CalendarUnknown.

    Tickets filed from now on are promised it; those under way keep theirs.
    """
    check_policy(definition)
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
    signatories: Sequence[Mapping[str, str]] = (),
    by: Person | None = None,
) -> AgreementVersion:
    """Make a new version with `lines` the agreement in force; the lines of earlier versions end now. Each of
    `signatories` is {party, name, role, signed_on}: party is provider or as in a line, the day ISO or "".

    Raises LineInvalid for a line that cannot be meant, and AgreementOverlaps naming both agreements when a line
    overlaps one of another agreement or of this version: nothing is published then.
    """
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    for line in lines:
        _check_line(line, now)
    _end_lines(agreement, now)
    version = AgreementVersion.objects.create(
        agreement=agreement,
        number=_next_number(agreement.versions),
        policy=policy,
        calendar=calendar,
        text=text,
        signatories=[dict(one) for one in signatories],
        published_at=now,
        published_by=by,
    )
    for line in lines:
        _write_line(version, line, now)
    return version


def _check_line(line: Line, now: datetime) -> None:
    if not PARTY.fullmatch(line.party):
        raise LineInvalid(problem=f"“{line.party}” is no party: expected any, customer:ID or segment:ID.")
    if not THING.fullmatch(line.thing):
        raise LineInvalid(problem=f"“{line.thing}” is nothing promised: expected any, service:ID or offering:ID.")
    if line.ends is not None and line.ends <= (line.begins or now):
        raise LineInvalid(problem=f"The line for {line.party}, {line.thing} ends before it begins.")


def _write_line(version: AgreementVersion, line: Line, now: datetime) -> None:
    row = AgreementLine(
        version=version,
        provider_id=version.agreement.provider_id,
        party=line.party,
        thing=line.thing,
        period=DateTimeTZRange(line.begins or now, line.ends),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        other = _overlapped(row)
        if other is None:
            raise
        raise AgreementOverlaps(
            agreement=version.agreement, other=other.version.agreement, party=line.party, thing=line.thing
        ) from error


def _overlapped(row: AgreementLine) -> AgreementLine | None:
    """The line that the exclusion constraint found in the way."""
    same = AgreementLine.objects.filter(provider=row.provider_id, party=row.party, thing=row.thing)
    return same.filter(period__overlap=row.period).select_related("version__agreement").first()


def _end_lines(agreement: Agreement, now: datetime) -> None:
    """Lines in force end at `now`; those that would begin later become empty and never come into force."""
    for line in AgreementLine.objects.filter(version__agreement=agreement, period__overlap=DateTimeTZRange(now, None)):
        begins = line.period.lower
        line.period = DateTimeTZRange(begins, max(begins, now))
        line.save(update_fields=["period"])


def _next_number(versions: Any) -> int:
    number: int = versions.aggregate(next=Coalesce(Max("number"), 0) + 1)["next"]
    return number

"""What the policy, the calendar and the agreement have in common: a version can be told to open tickets as well."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from catalog.shaping.kind import Content, Kind, Thing, definition_in
from servicedesk.people.models import Person
from sla.agreements import Line
from sla.core.business_time import BusinessTime
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.policy import Policy as CorePolicy
from sla.models import Calendar, Policy, Retelling
from sla.retelling.beginning import owe_retelling, retellings_of
from sla.retelling.foreseeing import Foreseen, foresee
from sla.retelling.terms import AgreementTerms, CalendarTerms, PolicyTerms, Terms
from sla.versions import WithDrafts

RETELLINGS_SHOWN = 10


class ToldToOpenTickets(Kind):
    """A kind whose versions open tickets can be told of."""

    tells_open: ClassVar[bool] = True

    @abstractmethod
    def terms_of(self, content: Content, *, code: str, number: int, now: datetime) -> Terms:
        """What the draft would mean for an open ticket, as version `number`."""

    def foresee(self, content: Content, *, thing: Thing, now: datetime) -> Foreseen:
        number = (thing.present.number if thing.present else 0) + 1
        return foresee(terms=self.terms_of(content, code=thing.code, number=number, now=now), now=now)

    def tell_open(self, *, code: str, number: int, now: datetime, by: Person) -> None:
        owe_retelling(kind=self.code, code=code, number=number, by=by, now=now)

    def told_open(self, thing: Thing) -> Sequence[Retelling]:
        return list(retellings_of(kind=self.code, code=thing.code)[:RETELLINGS_SHOWN])


def drafted_policy(content: Content, *, code: str, number: int) -> Terms:
    """Of a policy as its editor says it."""
    policy = CorePolicy.from_dict(definition_in(content))
    versions = WithDrafts(policies={(code, number): policy})
    return PolicyTerms(code=code, number=number, policy=policy, versions=versions)


def drafted_calendar(definition: Mapping[str, Any], *, code: str, number: int) -> Terms:
    """Of a calendar's definition."""
    versions = WithDrafts(calendars={f"{code}@{number}": BusinessTime(CoreCalendar.from_dict(definition))})
    return CalendarTerms(code=code, number=number, versions=versions)


def drafted_agreement(content: Content, *, code: str, number: int, now: datetime) -> Terms:
    """Of an agreement whose lines would hold from now on. Two statements."""
    policy = Policy.objects.select_related("current").get(code=content["policy"])
    calendars = Calendar.objects.filter(code=content["calendar"], current__isnull=False).select_related("current")
    calendar = calendars.first() if content["calendar"] else None

    def drafted(line: Mapping[str, str]) -> Line:
        return Line(
            provider_id=content["provider"],
            party=line["party"],
            thing=line["thing"],
            version_id=0,
            version=number,
            agreement=code,
            agreement_name=content["name"],
            policy=policy.code,
            is_active=policy.is_active,
            policy_version=policy.current.number if policy.current else None,
            calendar=f"{calendar.code}@{calendar.current.number}" if calendar and calendar.current else None,
        )

    lines = [drafted(line) for line in content["lines"] if _holds(line, now)]
    return AgreementTerms(code=code, provider_id=content["provider"], at=now, drafted=lines)


def _holds(line: Mapping[str, str], now: datetime) -> bool:
    begins, ends = (datetime.fromisoformat(line[part]) if line[part] else None for part in ("begins", "ends"))
    return (begins is None or begins <= now) and (ends is None or now < ends)

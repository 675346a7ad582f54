"""What a version of a policy, a calendar or an agreement means for an open ticket: the `promised` fact it is told.

A fact names only what changes: of a policy its version, while each calendar stays in the version that counts already;
of a calendar its version alone; of an agreement whatever would be promised to somebody who asked now. No version is
told to a ticket that has it, or a later one, so telling twice tells once.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from sla.agreements import Line, asked_by, calendars_of, chosen_of, lines_for, ranked_lines
from sla.core.clock import State, Versions
from sla.core.policy import Policy as CorePolicy
from sla.models import Agreement, AgreementVersion, Journey
from sla.versions import PUBLISHED

#: A journey that counts by some version of the calendar.
COUNTS_BY = """
EXISTS (SELECT FROM jsonb_each_text(sla_journey.state->'calendars') named
        WHERE starts_with(named.value, %s) AND strpos(substr(named.value, %s), '@') = 0)
"""
Attributes = dict[str, Any]


class Terms(ABC):
    """One version. `versions` holds it, and everything published."""

    versions: Versions = PUBLISHED

    @abstractmethod
    def journeys(self) -> "QuerySet[Journey]":
        """The open journeys that it may concern."""

    @abstractmethod
    def promise(self, journey: Journey, state: State) -> Attributes | None:
        """The attributes of the fact to be told, whose `state` is the journey's; None where nothing changes."""

    def look(self, journeys: Iterable[Journey]) -> None:  # noqa: B027  # most read everything at the beginning
        """Read at once what the promises of these journeys depend on."""


class PolicyTerms(Terms):
    """A version of a policy, for the tickets that an earlier one is promised to."""

    def __init__(self, *, code: str, number: int, policy: CorePolicy, versions: Versions = PUBLISHED) -> None:
        self.code, self.number, self.versions = code, number, versions
        self.names = sorted({target.calendar for target in policy.targets if target.calendar})
        self.current = calendars_of(names=self.names)
        bound = AgreementVersion.objects.filter(policy__code=code, calendar__current__isnull=False)
        keys = bound.values_list("pk", "calendar__code", "calendar__current__number")
        self.own = {pk: f"{calendar}@{version}" for pk, calendar, version in keys}

    def journeys(self) -> "QuerySet[Journey]":
        return _open().filter(state__policy__0=self.code)

    def promise(self, journey: Journey, state: State) -> Attributes | None:
        if state.policy_key is None or state.policy_key[0] != self.code or state.policy_key[1] >= self.number:
            return None
        own = self.own.get(journey.agreement_id or 0)
        return {
            "names_promise": True,
            "agreement_id": journey.agreement_id,
            "policy": self.code,
            "policy_version": self.number,
            "calendars": {name: state.calendars.get(name) or own or self.current[name] for name in self.names},
        }


class CalendarTerms(Terms):
    """A version of a calendar, for the tickets that an earlier one counts for, by whatever name."""

    def __init__(self, *, code: str, number: int, versions: Versions = PUBLISHED) -> None:
        self.code, self.number, self.versions = code, number, versions

    def journeys(self) -> "QuerySet[Journey]":
        begin = f"{self.code}@"
        counts_by = RawSQL(COUNTS_BY, [begin, len(begin) + 1], output_field=BooleanField())  # noqa: S611  # a literal
        return _open().alias(counts_by=counts_by).filter(counts_by=True)

    def promise(self, journey: Journey, state: State) -> Attributes | None:
        named = {name: f"{self.code}@{self.number}" for name, key in state.calendars.items() if self._is_earlier(key)}
        return {"calendars": named} if named and state.policy_key else None

    def _is_earlier(self, key: int | str) -> bool:
        code, _at, number = str(key).rpartition("@")
        return code == self.code and int(number) < self.number


class AgreementTerms(Terms):
    """An agreement's lines, for the tickets it holds for and those it would hold for; `drafted` stand for its own."""

    def __init__(self, *, code: str, provider_id: int, at: datetime, drafted: Sequence[Line] | None = None) -> None:
        self.code, self.provider_id, self.at, self.drafted = code, provider_id, at, drafted
        self.own = set(AgreementVersion.objects.filter(agreement__code=code).values_list("pk", flat=True))
        self.lines: list[Line] = []
        self.calendars: dict[tuple[str, int | None, str | None], dict[str, str]] = {}

    def journeys(self) -> "QuerySet[Journey]":
        return _open().filter(provider_id=self.provider_id)

    def look(self, journeys: Iterable[Journey]) -> None:
        found = lines_for(asked=[asked_by(journey) for journey in journeys], at=self.at)
        if self.drafted is not None:
            found = [*(line for line in found if line.agreement != self.code), *self.drafted]
        self.lines = found

    def promise(self, journey: Journey, state: State) -> Attributes | None:
        chosen = chosen_of(ranked_lines(asked=asked_by(journey), lines=self.lines))
        is_chosen = chosen is not None and chosen.agreement == self.code
        if not is_chosen and journey.agreement_id not in self.own:
            return None
        said = self._said(chosen)
        return None if _holds(journey, state, said) else said

    def _said(self, chosen: Line | None) -> Attributes:
        if chosen is None:
            return {"names_promise": True, "agreement_id": None, "policy": None, "policy_version": None}
        key = (chosen.policy, chosen.policy_version, chosen.calendar)
        if key not in self.calendars:
            names = {target.calendar for target in chosen.core_policy.targets if target.calendar}
            self.calendars[key] = calendars_of(names=names, instead=chosen.calendar)
        return {
            "names_promise": True,
            "agreement_id": chosen.version_id,
            "policy": chosen.policy,
            "policy_version": chosen.policy_version,
            "calendars": self.calendars[key],
        }


def published_terms(*, kind: str, code: str, number: int, at: datetime) -> Terms:
    """The terms of a version that is published."""
    if kind == "policy":
        return PolicyTerms(code=code, number=number, policy=PUBLISHED.policy(code, number))
    if kind == "calendar":
        return CalendarTerms(code=code, number=number)
    provider_id = Agreement.objects.values_list("provider_id", flat=True).get(code=code)
    return AgreementTerms(code=code, provider_id=provider_id, at=at)


def _open() -> "QuerySet[Journey]":
    """A merged ticket has no clock that goes on; un-merged it keeps what it was promised."""
    return Journey.objects.filter(state__life="open", state__is_merged=False, broken="")


def _holds(journey: Journey, state: State, said: Mapping[str, Any]) -> bool:
    """Whether what is said is what holds already."""
    policy = (said["policy"], said["policy_version"]) if said["policy"] else None
    calendars: Mapping[str, str] = said.get("calendars") or {}
    return (
        journey.agreement_id == said["agreement_id"]
        and state.policy_key == policy
        and all(state.calendars.get(name) == key for name, key in calendars.items())
    )

"""Which promise applies: the one rule of choice, with an explanation of every candidate that lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sla.core.policy import Policy as CorePolicy
from sla.models import AgreementLine, Calendar
from sla.versions import PUBLISHED, calendar_key


@dataclass(frozen=True)
class Asked:
    """Who asks whom for what: everything the choice may look at."""

    provider_id: int
    customer_path: Sequence[int]
    segment_id: int | None = None
    service_id: int | None = None
    offering_id: int | None = None

    def parties(self) -> list[str]:
        """From the most to the least specific: own, nearest ancestor …, segment, anybody."""
        own_and_above = [f"customer:{customer}" for customer in reversed(self.customer_path)]
        segment = [f"segment:{self.segment_id}"] if self.segment_id else []
        return [*own_and_above, *segment, AgreementLine.ANY]

    def things(self) -> list[str]:
        offering = [f"offering:{self.offering_id}"] if self.offering_id else []
        service = [f"service:{self.service_id}"] if self.service_id else []
        return [*offering, *service, AgreementLine.ANY]


@dataclass(frozen=True)
class Candidate:
    """A line that could have applied, and why it did or did not: a code to be worded when shown."""

    agreement: str
    version: int
    party: str
    thing: str
    outcome: str


@dataclass(frozen=True)
class Promise:
    """What was chosen: the attributes of a fact that names a promise. Without an agreement all of it is empty."""

    agreement_id: int | None = None
    policy: str | None = None
    policy_version: int | None = None
    calendars: dict[str, str] = field(default_factory=dict)
    explanation: tuple[Candidate, ...] = ()


#: What the choice reads of a line, its agreement, its policy and its calendar.
LOOKED_AT = (
    "provider_id",
    "party",
    "thing",
    "version__number",
    "version__agreement__code",
    "version__agreement__name",
    "version__policy__code",
    "version__policy__is_active",
    "version__policy__current__number",
    "version__calendar__current__number",
    "version__calendar__current__calendar__code",
)


def which_agreement(*, asked: Asked, at: datetime) -> Promise:
    """The promise in force at `at`: most specific by customer, then by thing (docs/sla.md, Which promise applies).

    Policy and calendars come in their current versions. Two statements. The name of a policy decides nothing.
    """
    parties = asked.parties()
    ranked = ranked_lines(asked=asked, lines=lines_for(asked=[asked], at=at))
    chosen = chosen_of(ranked)
    explanation = tuple(_candidate(line, chosen, parties) for line in ranked)
    if chosen is None:
        return Promise(explanation=explanation)
    policy = chosen.version.policy
    assert policy.current is not None  # _usable saw it
    return Promise(
        agreement_id=chosen.version_id,
        policy=policy.code,
        policy_version=policy.current.number,
        calendars=calendars_of(
            policy=PUBLISHED.policy(policy.code, policy.current.number), instead=chosen.version.calendar
        ),
        explanation=explanation,
    )


def lines_for(*, asked: Sequence[Asked], at: datetime) -> list[AgreementLine]:
    """The lines in force at `at` that any of these may look at; one statement, whatever the number."""
    parties = {party for one in asked for party in one.parties()}
    things = {thing for one in asked for thing in one.things()}
    lines = AgreementLine.objects.filter(
        party__in=parties, thing__in=things, provider_id__in={one.provider_id for one in asked}, period__contains=at
    ).select_related("version__agreement", "version__policy__current", "version__calendar__current__calendar")
    return list(lines.only(*LOOKED_AT))  # not the definitions: policies are large, and known once published


def ranked_lines(*, asked: Asked, lines: Iterable[AgreementLine]) -> list[AgreementLine]:
    """Of `lines` those that may apply to `asked`, the most specific first."""
    parties, things = asked.parties(), asked.things()
    fitting = [
        line
        for line in lines
        if line.provider_id == asked.provider_id and line.party in parties and line.thing in things
    ]
    return sorted(fitting, key=lambda line: (parties.index(line.party), things.index(line.thing)))


def chosen_of(ranked: Iterable[AgreementLine]) -> AgreementLine | None:
    """The first whose policy is active and published; None: no promise exists."""
    return next((line for line in ranked if _usable(line)), None)


def calendars_of(*, policy: CorePolicy, instead: Calendar | None = None) -> dict[str, str]:
    """For each calendar name the policy uses, the key of the version in force; `instead` replaces them all.

    A policy is published only when each of its calendars has been, so none is missing.
    """
    names = {target.calendar for target in policy.targets if target.calendar}
    if instead is not None and instead.current is not None:
        return dict.fromkeys(sorted(names), calendar_key(instead.current))
    found = Calendar.objects.filter(code__in=names, current__isnull=False).select_related("current__calendar")
    found = found.only("code", "current__number", "current__calendar__code")
    return {calendar.code: calendar_key(calendar.current) for calendar in found if calendar.current}


def _usable(line: AgreementLine) -> bool:
    policy = line.version.policy
    return policy.is_active and policy.current is not None


def _candidate(line: AgreementLine, chosen: AgreementLine | None, parties: Sequence[str]) -> Candidate:
    return Candidate(
        agreement=line.version.agreement.code,
        version=line.version.number,
        party=line.party,
        thing=line.thing,
        outcome=_outcome(line, chosen, parties),
    )


def _outcome(line: AgreementLine, chosen: AgreementLine | None, parties: Sequence[str]) -> str:
    if line is chosen:
        return "applies"
    if not _usable(line):
        return "policy_inactive" if not line.version.policy.is_active else "policy_unpublished"
    assert chosen is not None  # a usable line exists, so one was chosen
    if parties.index(line.party) > parties.index(chosen.party):
        return "customer_less_specific"
    return "thing_less_specific"

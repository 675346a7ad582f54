"""Which promise applies: the one rule of choice, with an explanation of every candidate that lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from servicedesk.prepared import execute_prepared
from sla.core.policy import Policy as CorePolicy
from sla.models import AgreementLine, Fact, Journey
from sla.versions import PUBLISHED


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
    name: str
    version: int
    party: str
    thing: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Explained:
    """When a journey's promise was chosen, the agreement version it names, and every line that was looked at."""

    at: datetime | None
    version_id: int | None
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Promise:
    """What was chosen: the attributes of a fact that names a promise. Without an agreement all of it is empty."""

    agreement_id: int | None = None
    policy: str | None = None
    policy_version: int | None = None
    calendars: dict[str, str] = field(default_factory=dict)
    explanation: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Line:
    """What the choice reads of a line: its agreement, and its policy and calendar in their current versions."""

    provider_id: int
    party: str
    thing: str
    version_id: int
    version: int
    agreement: str
    agreement_name: str
    policy: str
    is_active: bool
    policy_version: int | None
    #: The key code@number of the agreement's own calendar, which then stands for all of the policy's.
    calendar: str | None

    @property
    def is_usable(self) -> bool:
        return self.is_active and self.policy_version is not None

    @property
    def core_policy(self) -> CorePolicy:
        """Of a usable line what its policy promises."""
        assert self.policy_version is not None
        return PUBLISHED.policy(self.policy, self.policy_version)


# In SQL, because every filing asks it, and the ORM takes longer to join seven tables than the database. No definitions:
# policies are large, and known once published.
LINES = """
SELECT l.provider_id, l.party, l.thing, l.version_id, v.number, a.code, a.name, p.code, p.is_active, pv.number,
       c.code || '@' || cv.number
FROM sla_agreementline l
    JOIN sla_agreementversion v ON v.id = l.version_id JOIN sla_agreement a ON a.id = v.agreement_id
    JOIN sla_policy p ON p.id = v.policy_id LEFT JOIN sla_policyversion pv ON pv.id = p.current_id
    LEFT JOIN sla_calendar c ON c.id = v.calendar_id LEFT JOIN sla_calendarversion cv ON cv.id = c.current_id
WHERE l.provider_id = ANY(%s) AND l.party = ANY(%s) AND l.thing = ANY(%s) AND l.period @> %s::timestamptz
"""
CALENDARS = """
SELECT c.code, c.code || '@' || v.number FROM sla_calendar c JOIN sla_calendarversion v ON v.id = c.current_id
WHERE c.code = ANY(%s)
"""


def which_agreement(*, asked: Asked, at: datetime) -> Promise:
    """The promise in force at `at`: most specific by customer, then by thing (docs/sla.md, Which promise applies).

    Policy and calendars come in their current versions. Two statements. The name of a policy decides nothing.
    """
    parties = asked.parties()
    ranked = ranked_lines(asked=asked, lines=lines_for(asked=[asked], at=at))
    chosen = chosen_of(ranked)
    explanation = _explained(ranked, chosen, parties)
    if chosen is None:
        return Promise(explanation=explanation)
    names = {target.calendar for target in chosen.core_policy.targets if target.calendar}
    return Promise(
        agreement_id=chosen.version_id,
        policy=chosen.policy,
        policy_version=chosen.policy_version,
        calendars=calendars_of(names=names, instead=chosen.calendar),
        explanation=explanation,
    )


def lines_for(*, asked: Sequence[Asked], at: datetime) -> list[Line]:
    """The lines in force at `at` that any of these may look at; one statement, whatever the number."""
    providers = sorted({one.provider_id for one in asked})
    parties = sorted({party for one in asked for party in one.parties()})
    things = sorted({thing for one in asked for thing in one.things()})
    return [Line(*row) for row in _rows(LINES, [providers, parties, things, at])]


def ranked_lines(*, asked: Asked, lines: Iterable[Line]) -> list[Line]:
    """Of `lines` those that may apply to `asked`, the most specific first."""
    parties, things = asked.parties(), asked.things()
    fitting = [
        line
        for line in lines
        if line.provider_id == asked.provider_id and line.party in parties and line.thing in things
    ]
    return sorted(fitting, key=lambda line: (parties.index(line.party), things.index(line.thing)))


def chosen_of(ranked: Iterable[Line]) -> Line | None:
    """The first whose policy is active and published; None: no promise exists."""
    return next((line for line in ranked if line.is_usable), None)


def calendars_of(*, names: Iterable[str], instead: str | None = None) -> dict[str, str]:
    """For each of a policy's calendar names the key of the version in force; `instead` replaces them all.

    A policy is published only when each of its calendars has been, so none is missing. At most one statement.
    """
    wanted = sorted(names)
    if instead is not None:
        return dict.fromkeys(wanted, instead)
    return dict(_rows(CALENDARS, [wanted])) if wanted else {}


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        execute_prepared(cursor, (statement, values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def asked_by(journey: Journey) -> Asked:
    """Who asks whom for what, as the journey has it now."""
    return Asked(
        provider_id=journey.provider_id,
        customer_path=journey.customer_path,
        segment_id=journey.segment_id,
        service_id=journey.service_id,
        offering_id=journey.offering_id,
    )


def explain_promise(*, journey: Journey) -> Explained:
    """Why the journey has the promise it has: every line that was looked at when it was chosen. Two statements.

    What has been published since explains nothing: a line that would be closer, and was not usable then, says so.
    """
    named = Fact.objects.filter(journey=journey, names_promise=True).order_by("seq")
    at, version = _last_choice(list(named.values_list("at", "agreement_id")))
    if at is None:
        return Explained(at=None, version_id=None, candidates=())
    asked = asked_by(journey)
    ranked = ranked_lines(asked=asked, lines=lines_for(asked=[asked], at=at))
    chosen = next((line for line in ranked if line.version_id == version), None)
    return Explained(at=at, version_id=version, candidates=_explained(ranked, chosen, asked.parties()))


def _last_choice(named: Sequence[tuple[datetime, int | None]]) -> tuple[datetime | None, int | None]:
    """When the agreement version that holds was first named without another after it."""
    found: tuple[datetime | None, int | None] = (None, None)
    for at, version in named:
        if found[0] is None or version != found[1]:
            found = (at, version)
    return found


def _explained(ranked: Iterable[Line], chosen: Line | None, parties: Sequence[str]) -> tuple[Candidate, ...]:
    """`ranked` with what became of each; a usable line before the chosen one was not usable at the choice."""
    found, is_passed = [], False
    for line in ranked:
        is_passed = is_passed or line is chosen
        outcome = _outcome(line, chosen, parties) if is_passed or not line.is_usable else "not_then"
        found.append(
            Candidate(
                agreement=line.agreement,
                name=line.agreement_name,
                version=line.version,
                party=line.party,
                thing=line.thing,
                outcome=outcome,
            )
        )
    return tuple(found)


def _outcome(line: Line, chosen: Line | None, parties: Sequence[str]) -> str:
    if line is chosen:
        return "applies"
    if not line.is_usable:
        return "policy_inactive" if not line.is_active else "policy_unpublished"
    assert chosen is not None  # only lines after the chosen one are asked about
    if parties.index(line.party) > parties.index(chosen.party):
        return "customer_less_specific"
    return "thing_less_specific"

"""Rows of facts as the fold reads them, each naming what is tried instead of what it named."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sla.agreements import Asked
from sla.core.facts import Fact, Kind
from sla.replay.naming import Named, Naming
from sla.replay.reading import JourneyRow

KINDS = {str(kind): kind for kind in Kind}
NO_CALENDARS: dict[str, str] = {}
#: Of a row of `sla.replay.reading.FACTS`: what decides which promise it names, and where who asks whom begins.
naming_of = itemgetter(1, 2, 12, 13, 14, 15, 20, 22, 23)
WHO_ASKS = 24


class Retold(NamedTuple):
    """The facts of a journey. `is_touched`: one names another promise than it did. `providers`: from which fact on
    who was answerable. `is_escalated`: one was caused by an escalation."""

    facts: list[Fact]
    is_touched: bool
    providers: list[tuple[int, int]]
    is_escalated: bool


def retell(journey: JourneyRow, rows: Sequence[tuple[Any, ...]], naming: Naming) -> Retold:
    """The facts in order of seq, naming what `naming` puts in place of the named."""
    told: list[Fact] = []
    providers = [(0, journey.provider_id)]
    asking = _Asking(journey) if naming.tried.agreements else None
    is_touched = is_escalated = False
    for row in rows:
        seq, at, names, policy, version, calendars, provider, agreement, is_caused = naming_of(row)
        if provider is not None and provider != providers[-1][1]:
            providers.append((seq, provider))
        if is_caused:
            is_escalated = True
        named: Named | None = None
        if asking is not None:
            asking.hear(provider, *row[WHO_ASKS:])
            if names:
                named = naming.chosen(asking.asked(), at, agreement)
        if named is None and calendars is not None:
            named = naming.instead(agreement_id=agreement, policy=policy, version=version, calendars=calendars)
        if named is not None:
            is_touched = True
        else:
            named = Named(policy, version, naming.calendars_in(calendars) if calendars else NO_CALENDARS)
        told.append(_fact(row, named))
    return Retold(told, is_touched, providers, is_escalated)


def _fact(row: tuple[Any, ...], named: Named) -> Fact:
    """The fact of a row of `sla.replay.reading.FACTS`, naming `named`."""
    (
        _, seq, at, kind, priority, by_agent, human, public, reason, stage, department, outcome, names, _, _, _,
        side, since, metric, cycle, provider, waited_for, *_,
    ) = row  # fmt: skip
    return Fact(
        seq=seq,
        at=at,
        kind=KINDS[kind],
        priority=priority,
        by_agent=by_agent,
        human=human,
        public=public,
        reason=reason,
        stage=stage,
        department=department,
        outcome=outcome,
        promise_named=names,
        policy=named.policy,
        policy_version=named.policy_version,
        calendars=named.calendars,
        side=side,
        unanswered_since=since,
        metric=metric,
        cycle=cycle,
        provider=provider,
        waited_for=waited_for,
    )


class _Asking:
    """Who asks whom for what, as the facts so far say it; what they do not say, the journey does."""

    def __init__(self, journey: JourneyRow) -> None:
        self.provider, self.path, self.segment = journey.provider_id, journey.customer_path, journey.segment_id
        self.service, self.offering = journey.service_id, journey.offering_id

    def hear(
        self,
        provider: int | None,
        path: list[int] | None,
        segment: int | None,
        service: int | None,
        offering: int | None,
    ) -> None:
        self.provider = self.provider if provider is None else provider
        self.path = self.path if path is None else path
        self.segment = self.segment if segment is None else segment
        self.service = self.service if service is None else service
        self.offering = self.offering if offering is None else offering

    def asked(self) -> Asked:
        return Asked(self.provider, self.path, self.segment, self.service, self.offering)

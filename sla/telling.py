"""Between the rows of facts and the values the fold reads."""

from datetime import datetime

from servicedesk.clock import from_instant, to_instant
from sla.agreements import Promise
from sla.core import facts as core
from sla.models import Fact


def core_fact(fact: Fact) -> core.Fact:
    """The fact as the fold reads it; instants become whole seconds since 1970 UTC."""
    return core.Fact(
        seq=fact.seq,
        at=to_instant(fact.at),
        kind=core.Kind(fact.kind),
        priority=fact.priority,
        by_agent=fact.by_agent,
        human=fact.human,
        public=fact.public,
        reason=fact.reason,
        stage=fact.stage,
        department=fact.department_id,
        outcome=fact.outcome,
        promise_named=fact.names_promise,
        policy=fact.policy,
        policy_version=fact.policy_version,
        calendars=fact.calendars or {},
        side=fact.side,
        unanswered_since=to_instant(fact.unanswered_since) if fact.unanswered_since else None,
        score=fact.score,
        metric=fact.metric,
        cycle=fact.cycle,
        provider=fact.provider_id,
        assignee=fact.assignee_id,
        waited_for=fact.waited_for_id,
    )


def promise_attributes(promise: Promise) -> dict[str, object]:
    """The columns of a fact that name `promise`, also when it is that there is none."""
    return {
        "names_promise": True,
        "agreement_id": promise.agreement_id,
        "policy": promise.policy,
        "policy_version": promise.policy_version,
        "calendars": promise.calendars,
    }


def optional_instant(instant: int | None) -> datetime | None:
    return None if instant is None else from_instant(instant)

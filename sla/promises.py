"""What would be promised to somebody who asked now, in values."""

from datetime import datetime
from typing import TypedDict

from sla.agreements import Asked, which_agreement
from sla.core.policy import Target
from sla.reading import ORDER, PROMISED_TO_CUSTOMERS
from sla.versions import PUBLISHED

PRIORITIES = ("low", "normal", "high", "urgent")


class PromisedTarget(TypedDict):
    metric: str
    priority: str
    seconds: int
    working_hours: bool


def promised_targets(*, asked: Asked, at: datetime) -> list[PromisedTarget]:
    """The targets of the promise that applies, of the metrics promised to customers, for each priority; else none."""
    promise = which_agreement(asked=asked, at=at)
    if promise.policy is None or promise.policy_version is None:
        return []
    policy = PUBLISHED.policy(promise.policy, promise.policy_version)
    rows = [(priority, policy.row(priority, asked.provider_id)) for priority in PRIORITIES]
    promised = [_in_values(priority, row[m]) for priority, row in rows for m in PROMISED_TO_CUSTOMERS if m in row]
    return sorted(promised, key=lambda target: list(map(str, ORDER)).index(target["metric"]))


def _in_values(priority: str, target: Target) -> PromisedTarget:
    return PromisedTarget(
        metric=target.metric.value,
        priority=priority,
        seconds=target.seconds,
        working_hours=target.calendar is not None,
    )

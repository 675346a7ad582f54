"""What would be promised to somebody who asked now, in values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from sla.agreements import Asked, Line, calendars_of, chosen_of, lines_for, ranked_lines, which_agreement
from sla.core.business_time import BusinessTime
from sla.core.policy import Metric, Target
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


@dataclass(frozen=True, kw_only=True)
class Promised:
    """Of one thing asked for: the agreement (name and code), and what it promises customers at normal priority.

    Without an agreement all of it is empty. `calendars` holds the working time of each target that names any, by the
    target's calendar; it is empty where nobody asked for hours.
    """

    agreement: str = ""
    code: str = ""
    targets: Mapping[Metric, Target] = field(default_factory=dict)
    calendars: Mapping[str, BusinessTime] = field(default_factory=dict)


def promised_to_each(*, asked: Sequence[Asked], at: datetime, with_hours: bool = True) -> list[Promised]:
    """What would be promised for each of `asked`, in their order; one statement, and one more for the hours."""
    lines = lines_for(asked=asked, at=at)
    chosen = [chosen_of(ranked_lines(asked=one, lines=lines)) for one in asked]
    targets = [_targets(line, one) for line, one in zip(chosen, asked, strict=True)]
    calendars = _calendars([target for found in targets for target in found.values()]) if with_hours else {}
    return [
        Promised(
            agreement=line.agreement_name, code=line.agreement, targets=found, calendars=_hours(line, found, calendars)
        )
        if line
        else Promised()
        for line, found in zip(chosen, targets, strict=True)
    ]


def _targets(line: Line | None, asked: Asked) -> dict[Metric, Target]:
    if line is None:
        return {}
    row = line.core_policy.row("normal", asked.provider_id)
    return {metric: row[metric] for metric in PROMISED_TO_CUSTOMERS if metric in row}


def _calendars(targets: Sequence[Target]) -> dict[str, BusinessTime]:
    names = {target.calendar for target in targets if target.calendar}
    return {code: PUBLISHED.calendar(code, key) for code, key in calendars_of(names=names).items()}


def _hours(
    line: Line, targets: Mapping[Metric, Target], calendars: Mapping[str, BusinessTime]
) -> dict[str, BusinessTime]:
    """The agreement's own calendar stands for all of the policy's."""
    names = {target.calendar for target in targets.values() if target.calendar}
    if calendars and line.calendar is not None:
        return dict.fromkeys(names, PUBLISHED.calendar("", line.calendar))
    return {name: calendars[name] for name in names if name in calendars}

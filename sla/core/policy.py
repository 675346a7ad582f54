"""Policies: targets by metric and priority, the waiting reasons that stop them, and their escalation steps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sla.core.ladder import LONGEST, DuplicateStep, Ladder, PolicyError, Step, is_whole

ANY_PRIORITY = "*"
POLICY_FIELDS = frozenset({"targets", "reopen_new_after_days", "first_response_when_filed_by_agent"})
TARGET_FIELDS = frozenset({"metric", "priority", "department", "seconds", "calendar", "pauses_on", "steps"})


class Metric(StrEnum):
    """What can be promised, in the order clocks are listed."""

    TAKING = "taking"
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    PERIODIC_UPDATE = "periodic_update"
    STAGE = "stage"
    RESOLUTION = "resolution"
    CUSTOMER_DUTY = "customer_duty"


class Reason(StrEnum):
    """Why a ticket waits."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    APPROVAL = "approval"
    DEPARTMENT = "department"
    AGREED_DATE = "agreed_date"
    FORCE_MAJEURE = "force_majeure"


NO_REASONS: frozenset[str] = frozenset()
DEFAULT_PAUSES = {
    metric: frozenset({str(Reason.CUSTOMER)}) if metric in (Metric.RESOLUTION, Metric.STAGE) else NO_REASONS
    for metric in Metric
}


class BadPolicyShape(PolicyError):
    """A part is missing, of another type, or not known."""

    code = "policy_bad_shape"
    sentence = "The policy's {part} is missing, unknown or not of the expected form."


class UnknownMetric(PolicyError):
    """A target for something this desk does not measure."""

    code = "policy_unknown_metric"
    sentence = "{name!r} is nothing this desk can promise."


class BadSeconds(PolicyError):
    """A budget is a whole number of seconds, from zero to fifty years."""

    code = "policy_bad_seconds"
    sentence = "{value!r} is not a whole number of seconds, at most fifty years, for {part}."


class UnknownReason(PolicyError):
    """A pause for a reason nobody can wait for."""

    code = "policy_unknown_reason"
    sentence = "{name!r} is no reason for which a ticket waits."


class DuplicateTarget(PolicyError):
    """Two targets for one metric, priority and department: which would hold?"""

    code = "policy_duplicate_target"
    sentence = "There are two targets for {metric}, priority {priority}, department {department}."


class DepartmentNotAllowed(PolicyError):
    """Only a stage belongs to a department."""

    code = "policy_department_not_allowed"
    sentence = "Only stage targets name a department, {metric} cannot."


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A metric and the working seconds allowed for it. `index` is its place in the policy."""

    metric: Metric
    seconds: int
    priority: str = ANY_PRIORITY
    department: int | str | None = None
    calendar: str | None = None
    pauses_on: frozenset[str] | None = None
    steps: tuple[Step, ...] = ()
    index: int = field(default=0, compare=False)
    #: Derived: the reasons that stop it, and its steps by amount.
    pauses: frozenset[str] = field(init=False, compare=False, repr=False)
    ladder: Ladder = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        pauses = DEFAULT_PAUSES[self.metric] if self.pauses_on is None else self.pauses_on
        object.__setattr__(self, "pauses", pauses)
        object.__setattr__(self, "ladder", Ladder.build(self.steps, self.seconds))

    @classmethod
    def from_dict(cls, data: Any, index: int = 0) -> "Target":
        """Read one target of the policy format. Raises a PolicyError that says what is wrong."""
        if not isinstance(data, Mapping) or data.keys() - TARGET_FIELDS:
            raise BadPolicyShape(part="target")
        metric = _metric(data.get("metric"))
        steps = data.get("steps") or ()
        if not isinstance(steps, list | tuple):
            raise BadPolicyShape(part="list of steps")
        target = cls(
            metric=metric,
            seconds=_budget(data.get("seconds"), metric),
            priority=_text(data.get("priority", ANY_PRIORITY), "priority") or ANY_PRIORITY,
            department=_department(data.get("department"), metric),
            calendar=_text(data.get("calendar"), "calendar"),
            pauses_on=_reasons(data.get("pauses_on")),
            steps=tuple(Step.from_dict(step) for step in steps),
            index=index,
        )
        _refuse_twice((step.key for step in target.steps), DuplicateStep, metric=metric)
        return target

    def to_dict(self) -> dict[str, Any]:
        """The form `from_dict` reads."""
        return {
            "metric": str(self.metric),
            "priority": self.priority,
            "department": self.department,
            "seconds": self.seconds,
            "calendar": self.calendar,
            "pauses_on": None if self.pauses_on is None else sorted(self.pauses_on),
            "steps": [step.to_dict() for step in self.steps],
        }


Row = dict[Metric, Target]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A published, immutable version of targets."""

    targets: tuple[Target, ...]
    reopen_new_after_days: int | None = None
    first_response_when_filed_by_agent: bool = False
    _rows: dict[tuple[str | None, int | str | None], Row] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @classmethod
    def from_dict(cls, data: Any) -> "Policy":
        """Read {targets, reopen_new_after_days?, first_response_when_filed_by_agent?}. Raises a PolicyError."""
        if not isinstance(data, Mapping) or data.keys() - POLICY_FIELDS or not isinstance(data.get("targets"), list):
            raise BadPolicyShape(part="definition")
        days, by_agent = data.get("reopen_new_after_days"), data.get("first_response_when_filed_by_agent", False)
        if days is not None and (not is_whole(days) or days < 0):
            raise BadPolicyShape(part="reopen_new_after_days")
        if not isinstance(by_agent, bool):
            raise BadPolicyShape(part="first_response_when_filed_by_agent")
        targets = tuple(Target.from_dict(target, index) for index, target in enumerate(data["targets"]))
        _refuse_double_targets(targets)
        return cls(targets=targets, reopen_new_after_days=days, first_response_when_filed_by_agent=by_agent)

    def to_dict(self) -> dict[str, Any]:
        """The form `from_dict` reads."""
        data: dict[str, Any] = {"targets": [target.to_dict() for target in self.targets]}
        if self.reopen_new_after_days is not None:
            data["reopen_new_after_days"] = self.reopen_new_after_days
        if self.first_response_when_filed_by_agent:
            data["first_response_when_filed_by_agent"] = True
        return data

    def row(self, priority: str | None, department: int | str | None = None) -> Row:
        """The target of each metric for this priority; `department` decides between stage targets.

        The department's own beats the general one, then the exact priority beats any (docs/sla.md, Targets).
        """
        row = self._rows.get((priority, department))
        if row is None:
            fits = [target for target in self.targets if target.priority in (ANY_PRIORITY, priority)]
            fits = [target for target in fits if target.department in (None, department)]
            fits.sort(key=lambda target: (target.department is not None, target.priority != ANY_PRIORITY))
            row = self._rows[priority, department] = {target.metric: target for target in fits}
        return row


def _metric(name: Any) -> Metric:
    try:
        return Metric(name)
    except ValueError:
        raise UnknownMetric(name=name) from None


def _budget(value: Any, metric: Metric) -> int:
    if not is_whole(value) or not 0 <= value <= LONGEST:
        raise BadSeconds(value=value, part=metric)
    return int(value)


def _department(value: Any, metric: Metric) -> int | str | None:
    if value is not None and metric is not Metric.STAGE:
        raise DepartmentNotAllowed(metric=metric)
    if value is not None and not isinstance(value, str) and not is_whole(value):
        raise BadPolicyShape(part="department")
    return value if value is None or isinstance(value, str) else int(value)


def _reasons(names: Any) -> frozenset[str] | None:
    if names is None:
        return None
    if not isinstance(names, list | tuple):
        raise BadPolicyShape(part="list of waiting reasons")
    for name in names:
        if name not in list(Reason):
            raise UnknownReason(name=name)
    return frozenset(str(name) for name in names)


def _text(value: Any, part: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise BadPolicyShape(part=part)
    return value


def _refuse_twice(keys: Iterable[str], error: type[PolicyError], **details: object) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise error(key=key, **details)
        seen.add(key)


def _refuse_double_targets(targets: Iterable[Target]) -> None:
    seen = set()
    for target in targets:
        place = (target.metric, target.priority, target.department)
        if place in seen:
            raise DuplicateTarget(metric=target.metric, priority=target.priority, department=target.department)
        seen.add(place)

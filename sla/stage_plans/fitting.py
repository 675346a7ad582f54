"""Of each planned way of the work and each promise to a customer: does it fit, and if not, by how much and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.stages import group_numbers
from servicedesk.clock import to_instant
from sla.core.corridor import Part
from sla.core.critical_path import Path, worst_path
from sla.core.policy import Metric, Policy, Target
from sla.models import AgreementLine
from sla.promises import PRIORITIES
from sla.stage_plans.scene import Line, Plan, Scene, Stage

#: How far ahead starts are tried: all of a year, with the holidays that are loaded.
AHEAD = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Timed:
    """A stage with the time it is allowed, seconds of working time of `calendar`; None: nothing is promised for it."""

    stage: Stage
    seconds: int | None
    calendar: str


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """A planned way that cannot be gone within a promise, from its worst start. `path.legs` are of `timed` in turn."""

    plan: Plan
    agreements: tuple[str, ...]
    policy: str
    priority: str
    target_seconds: int
    calendar: str
    timed: tuple[Timed, ...]
    path: Path

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What another version is compared by."""
        return self.plan.offering, self.policy, self.calendar, self.priority

    @property
    def weight(self) -> tuple[int, int]:
        """The heavier, the longer over."""
        return self.path.over_working, self.path.over


def find_misfits(scene: Scene, *, now: datetime) -> list[Misfit]:
    """Every plan beside every promise whose resolution it cannot keep, offerings in turn, the heaviest priority first.

    An offering without a plan has nothing to check, and a promise without resolution nothing to keep.
    """
    paths = _Paths(scene, now)
    return [misfit for plan in scene.plans if plan.stages for misfit in _misfits_of(plan, scene, paths)]


def _misfits_of(plan: Plan, scene: Scene, paths: "_Paths") -> list[Misfit]:
    found = [
        misfit
        for (policy, calendar), lines in promises_for(plan, scene).items()
        for misfit in _of_promise(plan, policy, calendar, lines, scene, paths)
    ]
    return sorted(found, key=lambda misfit: misfit.weight, reverse=True)


def promises_for(plan: Plan, scene: Scene) -> Mapping[tuple[str, str], list[Line]]:
    """The lines that promise somebody who may ask for the offering something, by policy and own calendar.

    Of lines to one party only the most specific promises this offering.
    """
    things = plan.things()
    best: dict[str, Line] = {}
    for line in scene.lines:
        usable = line.provider == plan.provider and line.thing in things and line.policy in scene.policies
        if usable and _may_ask(line.party, plan, scene):
            held = best.get(line.party)
            if held is None or things.index(line.thing) < things.index(held.thing):
                best[line.party] = line
    promises: dict[tuple[str, str], list[Line]] = {}
    for line in best.values():
        promises.setdefault((line.policy, line.calendar), []).append(line)
    return promises


def _may_ask(party: str, plan: Plan, scene: Scene) -> bool:
    """Whether anybody of the party is offered it. Of a company its segment is not asked, for shops have their own."""
    if party == AgreementLine.ANY:
        return True
    kind, _colon, number = party.partition(":")
    if kind == "segment":
        return plan.audience != "employees" and (not plan.segments or int(number) in plan.segments)
    is_department = int(number) in scene.departments
    return plan.audience == "everyone" or is_department == (plan.audience == "employees")


def _of_promise(
    plan: Plan, code: str, calendar: str, lines: Sequence[Line], scene: Scene, paths: "_Paths"
) -> Iterator[Misfit]:
    policy = scene.policies[code]
    for priority in PRIORITIES:
        target = policy.row(priority, plan.provider).get(Metric.RESOLUTION)
        if target is None:
            continue
        timed = tuple(_timed(stage, policy, priority, target, calendar) for stage in plan.stages)
        promised_by = calendar or target.calendar or ""
        path = paths.worst(timed, target.seconds, promised_by)
        if path is not None and not path.fits:
            yield Misfit(
                plan=plan,
                agreements=tuple(sorted({line.agreement_name for line in lines})),
                policy=code,
                priority=priority,
                target_seconds=target.seconds,
                calendar=promised_by,
                timed=timed,
                path=path,
            )


class _Paths:
    """Worst ways, each found once: many plans and priorities ask the same of the same calendars."""

    def __init__(self, scene: Scene, now: datetime) -> None:
        self._scene, self._since = scene, to_instant(now)
        self._found: dict[tuple[object, ...], Path | None] = {}

    def worst(self, timed: Sequence[Timed], seconds: int, calendar: str) -> Path | None:
        key = (seconds, calendar, *((one.seconds, one.calendar, one.stage.beside) for one in timed))
        if key not in self._found:
            self._found[key] = worst_path(
                parts_of(timed, self._scene),
                Part(seconds=seconds, working=self._scene.working(calendar)),
                since=self._since,
                until=self._since + int(AHEAD.total_seconds()),
            )
        return self._found[key]


def _timed(stage: Stage, policy: Policy, priority: str, resolution: Target, calendar: str) -> Timed:
    """The department's stage target and its calendar; an approval has its time in the plan, and counts by the same.

    Where a department is promised no stage, an approval counts by the calendar of the resolution.
    """
    target = policy.row(priority, stage.department).get(Metric.STAGE)
    seconds = stage.seconds if stage.seconds is not None else target.seconds if target else None
    return Timed(stage=stage, seconds=seconds, calendar=calendar or (target or resolution).calendar or "")


def parts_of(timed: Iterable[Timed], scene: Scene) -> list[Part]:
    """The stages that are promised some time, in their groups; the others take none that anybody could count."""
    every = list(timed)
    groups = group_numbers(one.stage.beside for one in every)
    return [
        Part(seconds=one.seconds, working=scene.working(one.calendar), group=group)
        for one, group in zip(every, groups, strict=True)
        if one.seconds
    ]

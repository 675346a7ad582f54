"""The corridor that lies ahead of a ticket: by when each stage must end to keep the promise, and when it will."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.models import PlannedStage
from catalog.stages import group_numbers
from servicedesk.clock import from_instant, to_instant
from sla.core.business_time import ROUND_THE_CLOCK, WorkingTime
from sla.core.corridor import Forecast, Part, plan_ahead
from sla.core.policy import Metric, Policy, Target
from sla.models import Clock
from sla.observe import state_of
from sla.versions import PUBLISHED
from tickets.models import Ticket
from tickets.promise import calendar_of, standing_of
from tickets.stages import stages_to_come

#: Working seconds and the calendar they count in; None where no time is promised.
Time = tuple[int, WorkingTime] | None
#: A stage, the number of its group, and its time.
Timed = tuple["Ahead", int, Time]


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """The present stage or one to come. Seconds are working time of the stage's calendar.

    `planned_due` is None where no resolution is promised or its clock stands; `expected_at`, `slack_seconds` and
    `late_seconds` where the stage is promised no time, for then nobody can say when it ends.
    """

    department_id: int
    department: str
    is_live: bool = False
    planned_due: datetime | None = None
    expected_at: datetime | None = None
    slack_seconds: int | None = None
    late_seconds: int | None = None
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class _Terms:
    """What the ticket's policy in force says of stages."""

    policy: Policy | None
    calendars: Mapping[str, str]
    priority: str
    provider_id: int

    def time_of(self, stage: PlannedStage) -> Time:
        """The planned stage as its department is promised it, an approval in its own time; None: in none."""
        target = self._target(Metric.STAGE, stage.department_id)
        seconds = stage.seconds if stage.seconds is not None else target.seconds if target else None
        if seconds is None:
            return None
        counts = target or self._target(Metric.RESOLUTION, self.provider_id)
        return seconds, self._working(counts)

    def _target(self, metric: Metric, department_id: int) -> Target | None:
        return self.policy.row(self.priority, department_id).get(metric) if self.policy else None

    def _working(self, target: Target | None) -> WorkingTime:
        if target is None or target.calendar is None or target.calendar not in self.calendars:
            return ROUND_THE_CLOCK
        return PUBLISHED.calendar(target.calendar, self.calendars[target.calendar])


def stages_ahead(
    *,
    ticket: Ticket,
    clocks: Sequence[Clock],
    plan: Sequence[PlannedStage],
    started: Sequence[int],
    now: datetime,
) -> list[Ahead]:
    """The present stage and those to come, in order; none on a ticket at rest. No statement.

    Planned backwards from the resolution's due instant, and forward from `now` with what each stage has left; so a
    stage that is late takes from the slack of those after it, and when there is none left they say by how much.
    `clocks` are as of now; `started` the departments of the beginnings so far.
    """
    if not ticket.is_active:
        return []
    left, place = stages_to_come(plan=[stage.department_id for stage in plan], started=started)
    groups = group_numbers(stage.beside for stage in plan)
    group, before, terms = 0, None if place is None else groups[place], _terms_of(ticket)
    present = Ahead(department_id=ticket.department_id, department=ticket.department.name, is_live=True)
    timed: list[Timed] = [(present, group, _time_left(_find(clocks, Metric.STAGE, str(ticket.stage)), now))]
    for stage, number in ((plan[one], groups[one]) for one in left):
        group, before = group + (number != before), number
        said = Ahead(department_id=stage.department_id, department=stage.department.name)
        timed.append((said, group, terms.time_of(stage)))
    return _dated(timed, due=_due(clocks), now=now)


def _terms_of(ticket: Ticket) -> _Terms:
    state = state_of(ticket.journey)
    return _Terms(
        policy=PUBLISHED.policy(*state.policy_key) if state.policy_key else None,
        calendars={name: str(version) for name, version in state.calendars.items()},
        priority=ticket.priority,
        provider_id=ticket.provider_id,
    )


def _find(clocks: Sequence[Clock], metric: Metric, stage: str = "") -> Clock | None:
    return next((clock for clock in clocks if clock.metric == metric and clock.stage == stage), None)


def _time_left(clock: Clock | None, now: datetime) -> Time:
    """What the stage under way has left of its time; None where it is promised none."""
    if clock is None or clock.target_seconds is None:
        return None
    left = standing_of(clock, now=now).left_seconds
    seconds = max(0, clock.target_seconds - clock.elapsed_seconds) if left is None else left
    return seconds, calendar_of(clock)


def _due(clocks: Sequence[Clock]) -> int | None:
    """The instant promised, while its clock runs."""
    clock = _find(clocks, Metric.RESOLUTION)
    running = clock is not None and clock.state == Clock.State.RUNNING
    return to_instant(clock.due_at) if clock and running and clock.due_at else None


def _dated(timed: Sequence[Timed], *, due: int | None, now: datetime) -> list[Ahead]:
    """A stage without a time of its own stands in the way as one of no length, so that those before it are dated."""
    parts = [_part(group, time) for _said, group, time in timed]
    forecasts = plan_ahead(parts, due=due, now=to_instant(now))
    pairs = zip(timed, forecasts, strict=True)
    return [_with(said, forecast, is_timed=time is not None) for (said, _group, time), forecast in pairs]


def _part(group: int, time: Time) -> Part:
    seconds, working = time or (0, ROUND_THE_CLOCK)
    return Part(seconds=seconds, working=working, group=group)


def _with(said: Ahead, forecast: Forecast, *, is_timed: bool) -> Ahead:
    return Ahead(
        department_id=said.department_id,
        department=said.department,
        is_live=said.is_live,
        planned_due=_moment(forecast.latest),
        expected_at=_moment(forecast.expected) if is_timed else None,
        slack_seconds=forecast.slack if is_timed and forecast.latest is not None else None,
        late_seconds=forecast.late if is_timed and forecast.latest is not None else None,
        is_late=is_timed and forecast.is_late,
    )


def _moment(instant: int | None) -> datetime | None:
    return None if instant is None else from_instant(instant)

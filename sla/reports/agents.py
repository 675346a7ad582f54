"""How the agents of the departments one heads kept promises. For those heads only: see `scope_of_agents`."""

from dataclasses import dataclass, field, replace

from servicedesk.people.models import Person
from sla.core.policy import Metric
from sla.reports.matrix import Solving
from sla.reports.period import Period, midnight
from sla.reports.question import AGENT, Question, clock_conditions, run
from sla.reports.scope import ReportsForbidden
from sla.reports.tally import FEW, IN_BOTH, Counted


@dataclass
class Agent:
    """Promises of the period by who had the ticket last by then; without a login: nobody, or no agent of theirs."""

    login: str = ""
    name: str = ""
    promises: Counted = field(default_factory=Counted)
    solving: Solving | None = None

    @property
    def is_few(self) -> bool:
        """Whether too few were solved for a duration to say anything."""
        return self.solving is None or self.solving.number < FEW


def find_agents(question: Question, period: Period) -> list[Agent]:
    """A line an agent, those with the most broken promises first. Three statements. Raises ReportsForbidden for a
    question that is not about departments."""
    if question.scope.departments is None:
        raise ReportsForbidden
    found: dict[int | None, Agent] = {}
    for pk, *numbers in _promises(question, period):
        found.setdefault(pk, Agent()).promises = Counted(*numbers)
    for pk, number, halves in _solving(replace(question, metric=question.metric or Metric.RESOLUTION)):
        found.setdefault(pk, Agent()).solving = Solving(number, *halves)
    people = Person.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "login", "name")
    for pk, login, name in people:
        found[pk].login, found[pk].name = login, name
    return sorted(found.values(), key=lambda one: (not one.login, -one.promises.broken, -one.promises.total, one.name))


def _promises(question: Question, period: Period) -> list[tuple[int | None, int, int, int, int]]:
    conditions, values = clock_conditions(question)
    rows = run(
        f"SELECT {AGENT}, {IN_BOTH}"  # noqa: S608
        f" FROM sla_clock c WHERE c.verdict_at >= %(before)s AND c.verdict_at < %(ends)s AND {conditions} GROUP BY 1",
        values | {"before": midnight(period.before_on)},
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def _solving(question: Question) -> list[tuple[int | None, int, list[float]]]:
    conditions, values = clock_conditions(question)
    rows = run(
        f"SELECT {AGENT}, count(*), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY c.elapsed_seconds)"  # noqa: S608
        " FROM sla_clock c WHERE c.verdict_at >= %(begins)s AND c.verdict_at < %(ends)s AND c.state = 'stopped'"
        f" AND {conditions} GROUP BY 1",
        values,
    )
    return [(row[0], row[1], row[2]) for row in rows]

"""How departments serve each other, and clients: a cell for each pair in which anything was counted."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.conf import settings

from servicedesk.people.models import Customer
from sla.core.policy import Metric
from sla.reports.period import days
from sla.reports.question import By, Question
from sla.reports.scope import Scope
from sla.reports.tally import Line, tally


class Asks(StrEnum):
    """Who asks."""

    DEPARTMENTS = "departments"
    CLIENTS = "clients"


@dataclass(frozen=True)
class Named:
    code: str
    name: str


@dataclass(frozen=True)
class Served:
    """How `provider` served `asker`."""

    asker: Named
    provider: Named
    line: Line


def matrix(*, from_on: date, to_on: date, asks: Asks, scope: Scope, metric: Metric | None = None) -> list[Served]:
    """The cells of [from_on, to_on), days of the company's zone, by codes. Three statements. Raises PeriodInvalid.

    Heads are told how their departments serve and how they are served; of the latter, as any customer, nothing
    internal or confidential.
    """
    period = days(from_on, to_on)
    mutual = scope.departments is not None
    question = Question(
        period.begins, period.ends, By.CUSTOMER, scope, settings.TIME_ZONE, metric=metric, mutual=mutual
    )
    lines = tally(question, period).by(lambda place: (place.customer_id, place.provider_id))
    kind = Customer.Kind.DEPARTMENT if asks is Asks.DEPARTMENTS else Customer.Kind.COMPANY
    found = Customer.objects.filter(pk__in={pk for pair in lines for pk in pair}).values_list(
        "pk", "kind", "code", "name"
    )
    known = {pk: (of, Named(code, name)) for pk, of, code, name in found}
    cells = [
        Served(known[asker][1], known[provider][1], line)
        for (asker, provider), line in lines.items()
        if known[asker][0] == kind and (line.promises.total or line.ratings.filed or line.ratings.resolved)
    ]
    return sorted(cells, key=lambda cell: (cell.asker.code, cell.provider.code))

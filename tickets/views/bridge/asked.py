"""What a page of the bridge is asked for: its address read into a question, and the addresses of further questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from servicedesk.errors import NotFound
from servicedesk.people.models import Customer
from sla.core.policy import Metric
from sla.reports.period import Period, PeriodInvalid, Span, days, months_on, named
from sla.reports.question import By, Cell, Question
from sla.reports.scope import Scope

CUSTOM = "custom"


class NothingSuch(NotFound):
    """Raised alike for a code that does not exist and for one that is not open to this person."""

    code = "report_unknown"
    sentence = "There is no department or client with this code, or it is not open to you."


@dataclass(frozen=True)
class Named:
    """A customer as reports name it."""

    id: int
    code: str
    name: str
    is_department: bool


@dataclass
class Directory:
    """The customers that a reader of reports may name. One statement."""

    scope: Scope
    customers: Mapping[int, Named] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = Customer.objects.order_by("name").values_list("pk", "code", "name", "kind")
        self.customers = {
            pk: Named(pk, code, name, kind == Customer.Kind.DEPARTMENT)
            for pk, code, name, kind in found
            if kind == Customer.Kind.DEPARTMENT or self.scope.customers is None or pk in self.scope.customers
        }

    def departments(self) -> list[Named]:
        """Those whose promises this person may count."""
        own = self.scope.departments
        return [one for one in self.customers.values() if one.is_department and (own is None or one.id in own)]

    def clients(self) -> list[Named]:
        within = self.scope.customers
        return [
            one for one in self.customers.values() if (not one.is_department if within is None else one.id in within)
        ]

    def find(self, code: str, among: Iterable[Named] | None = None) -> Named | None:
        """The one with this code, None for no code. Raises NothingSuch."""
        if not code:
            return None
        for one in self.customers.values() if among is None else among:
            if one.code == code:
                return one
        raise NothingSuch

    def name(self, pk: int) -> str:
        return self.customers[pk].name if pk in self.customers else ""

    def code(self, pk: int) -> str:
        return self.customers[pk].code if pk in self.customers else ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A period and what it is narrowed to. `span` is its name, or CUSTOM; `bad_dates`: those typed are none."""

    period: Period
    span: str
    metric: Metric | None = None
    department: Named | None = None
    client: Named | None = None
    bad_dates: bool = False

    def question(self, scope: Scope, *, mutual: bool = False, **cell: Any) -> Question:
        """The question for the reports; `cell` narrows further."""
        said: dict[str, Any] = {
            "department": self.department.id if self.department else None,
            "client": self.client.id if self.client else None,
        }
        return Question(
            self.period.begins,
            self.period.ends,
            By.METRIC,
            scope,
            metric=self.metric,
            cell=Cell(**(said | cell)),
            mutual=mutual,
        )

    def here(self, **changes: str) -> str:
        """The address of the bridge with this question, changed so; an empty value takes a part away."""
        span = {} if self.span == CUSTOM else {"period": self.span, "from": "", "to": ""}
        return _address("bridge", self._said() | span | changes)

    def on_page(self, page: str, **changes: str) -> str:
        """The address of another page of the bridge with this question, its days told one by one."""
        return _address(page, self._said() | changes)

    def behind(self, which: str, **changes: str) -> str:
        """The address of the rows behind a number of this question."""
        return _address("behind", self._said() | {"which": which} | changes)

    def month(self, first: date, which: str) -> str:
        """The address of the rows behind a month's number."""
        last = months_on(first, 1).toordinal() - 1
        return self.behind(which, **{"from": first.isoformat(), "to": date.fromordinal(last).isoformat()})

    def _said(self) -> dict[str, str]:
        return {
            "from": self.period.from_on.isoformat(),
            "to": self.period.last_on.isoformat(),
            "metric": self.metric.value if self.metric else "",
            "department": self.department.code if self.department else "",
            "client": self.client.code if self.client else "",
        }


def read(said: QueryDict, *, directory: Directory, on: date) -> Asked:
    """The question in an address; `to` is the last day of it. Raises NothingSuch. A period that is none becomes the
    last thirty days, and `bad_dates` says so."""
    period, span, bad = _period(said, on)
    metric = said.get("metric", "")
    return Asked(
        period=period,
        span=span,
        metric=Metric(metric) if metric in set(Metric) else None,
        department=directory.find(said.get("department", ""), directory.departments()),
        client=directory.find(said.get("client", ""), directory.clients()),
        bad_dates=bad,
    )


def _period(said: QueryDict, on: date) -> tuple[Period, str, bool]:
    """Days typed win over the name of a period, unless they are those that were shown with another name."""
    span, typed = said.get("period", ""), (said.get("from", ""), said.get("to", ""))
    known = set(Span)
    if any(typed) and (span not in known or (said.get("shown") == span and typed != _days_of(Span(span), on))):
        try:
            return days(_day(typed[0]), _after(_day(typed[1]))), CUSTOM, False
        except (ValueError, OverflowError, PeriodInvalid):
            return named(Span.LAST_30_DAYS, on=on), Span.LAST_30_DAYS, True
    chosen = Span(span) if span in known else Span.LAST_30_DAYS
    return named(chosen, on=on), chosen, False


def _days_of(span: Span, on: date) -> tuple[str, str]:
    period = named(span, on=on)
    return period.from_on.isoformat(), period.last_on.isoformat()


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _address(name: str, said: Mapping[str, Any]) -> str:
    return f"{reverse(name)}?{urlencode({key: value for key, value in said.items() if value})}"

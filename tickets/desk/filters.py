"""What a queue is narrowed by, as its address says it: read, refused where it makes no sense, and applied."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer
from tickets.access import provider_side, visible_tickets
from tickets.models import Ticket
from tickets.queries import Filters, narrowed

LONGEST = 100
WITHIN = {"1h": timedelta(hours=1), "4h": timedelta(hours=4)}
#: What each parameter may say; None: the code of something that has to exist, or any text.
CHOICES: Mapping[str, Sequence[str] | None] = {
    "status": ("open", "waiting", "resolved", "all"),
    "department": None,
    "service": None,
    "customer": None,
    "priority": tuple(Ticket.Priority),
    "assignee": None,
    "due": ("late", *WITHIN, "today", "none"),
    "breached": ("yes", "no"),
    "text": None,
}
#: Parameters of the address that narrow nothing.
ASIDE = {"after", "view"}


@dataclass(frozen=True, kw_only=True)
class QueueFilters:
    """One value a parameter; "" asks for nothing. `assignee` is me, nobody or a login, the others are codes."""

    status: str = "open"
    department: str = ""
    service: str = ""
    customer: str = ""
    priority: str = ""
    assignee: str = ""
    due: str = ""
    breached: str = ""
    text: str = ""

    @property
    def is_active_only(self) -> bool:
        return self.status in ("open", "waiting")

    def said(self) -> dict[str, str]:
        """The parameters that say something else than an untouched queue does."""
        untouched = asdict(QueueFilters())
        return {name: value for name, value in asdict(self).items() if value and value != untouched[name]}


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A parameter, or a value of one, that nobody knows; it narrows nothing and is said to the reader."""

    name: str
    value: str
    known: Sequence[str] = ()


def read_filters(said: Mapping[str, str]) -> tuple[QueueFilters, list[Unknown]]:
    """The filters that `said` names, and everything in it that cannot be meant."""
    kept: dict[str, str] = {}
    unknown: list[Unknown] = []
    for name, raw in said.items():
        value, known = raw.strip(), CHOICES.get(name)
        if name in ASIDE or not value:
            continue
        if name not in CHOICES:
            unknown.append(Unknown(name=name, value=value[:LONGEST], known=tuple(CHOICES)))
        elif (known is not None and value not in known) or len(value) > LONGEST or "\x00" in value:
            unknown.append(Unknown(name=name, value=value[:LONGEST].replace("\x00", ""), known=known or ()))
        else:
            kept[name] = value
    return QueueFilters(**kept), unknown


NAMES = """
    SELECT 'service', name ->> %(language)s, name ->> 'ru', name ->> 'en' FROM catalog_service WHERE slug = %(service)s
    UNION ALL SELECT 'customer', name, name, name FROM people_customer WHERE code = %(customer)s
    UNION ALL SELECT 'department', name, name, name FROM people_customer
        WHERE code = %(department)s AND kind = 'department'
    UNION ALL SELECT 'assignee', name, name, name FROM people_person WHERE lower(login) = lower(%(assignee)s)"""


def names_in(filters: QueueFilters, *, language: str) -> dict[str, str]:
    """The names behind the codes in `filters`, by parameter; what does not exist is left out. One statement or none."""
    named = {name: getattr(filters, name) for name in ("service", "customer", "department", "assignee")}
    if named["assignee"] in ("me", "nobody"):
        named["assignee"] = ""
    if not any(named.values()):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NAMES, named | {"language": language})
        return {kind: next(filter(None, names), "") for kind, *names in cursor.fetchall()}


def queue_of(*, viewer: Viewer, filters: QueueFilters, now: datetime) -> QuerySet[Ticket]:
    """The tickets of this person's departments that pass every filter; leaders and administrators have all departments.

    `department` reaches beyond one's own: to tickets that were handed on, and for leaders to every department.
    """
    tickets = _at_work(viewer, filters)
    if filters.is_active_only:
        statuses = [Ticket.Status.WAITING] if filters.status == "waiting" else list(Ticket.ACTIVE)
        tickets = tickets.filter(status__in=statuses)
    elif filters.status == "resolved":
        tickets = tickets.filter(status=Ticket.Status.RESOLVED)
    if filters.customer:  # by its id, for only then does the planner know how many tickets to expect
        tickets = tickets.filter(
            customer=Customer.objects.filter(code=filters.customer).values_list("pk", flat=True).first() or 0
        )
    equal = {"service__slug": filters.service, "priority": filters.priority}
    tickets = tickets.filter(**{name: value for name, value in equal.items() if value})
    tickets = _assigned(tickets, viewer, filters.assignee).filter(_due(filters.due, now), _text(filters.text))
    if filters.breached:
        tickets = narrowed(tickets, viewer, Filters(breached=filters.breached), now)
    return tickets


def _at_work(viewer: Viewer, filters: QueueFilters) -> QuerySet[Ticket]:
    if filters.department:
        reach = visible_tickets(viewer).filter(provider_side(viewer))
        return reach.filter(department__code=filters.department)
    if viewer.departments:
        return Ticket.objects.filter(department__in=sorted(viewer.departments))
    return Ticket.objects.filter(is_confidential=False)


def _assigned(tickets: QuerySet[Ticket], viewer: Viewer, assignee: str) -> QuerySet[Ticket]:
    if not assignee:
        return tickets
    if assignee == "nobody":
        return tickets.filter(assignee=None)
    return tickets.filter(assignee=viewer.id) if assignee == "me" else tickets.filter(assignee__login__iexact=assignee)


def _due(due: str, now: datetime) -> Q:
    """The nearest running promise: already passed, within a span from now, by tonight of the reader, or none."""
    if due == "late":
        return Q(journey__next_due_at__lt=now)
    if due == "none":
        return Q(journey__next_due_at=None)
    if due == "today":
        return Q(journey__next_due_at__gte=now, journey__next_due_at__lt=tonight(now))
    return Q(journey__next_due_at__gte=now, journey__next_due_at__lt=now + WITHIN[due]) if due else Q()


def tonight(now: datetime) -> datetime:
    """The midnight that ends the reader's day."""
    tomorrow = timezone.localtime(now).date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, datetime.min.time()))


def _text(text: str) -> Q:
    """A ticket's number, in groups or not, or a part of its subject."""
    digits = "".join(text.split()).replace("\u00a0", "")
    number = Q(number=int(digits)) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else Q()
    return number | Q(subject__icontains=text) if text else Q()

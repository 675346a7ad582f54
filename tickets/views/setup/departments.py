"""The departments of the first day, and its end: opening the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from servicedesk.clock import database_now
from servicedesk.people.doors import ADMINISTRATOR, open_to
from servicedesk.people.models import Customer, Desk, Person
from servicedesk.people.opening import MOST_DEPARTMENTS, OpeningInvalid, is_open, name_departments
from sla.first_promises import open_desk
from tickets.views.setup.frame import on_first_day, show

EMPTY_ROWS, ROWS_MORE = 4, 5


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(ADMINISTRATOR)
@on_first_day
def departments(request: HttpRequest) -> HttpResponse:
    """Who will be asked: a row a department. “More rows” comes back with everything typed."""
    if request.method != "POST":
        names = [one.name for one in _departments()]
        own = next((row for row, one in enumerate(_departments()) if one.pk == request.user.customer_id), 0)  # type: ignore[union-attr]
        return show(request, "departments", rows=_rows(names, own, EMPTY_ROWS))
    names = request.POST.getlist("department")[: MOST_DEPARTMENTS + 1]
    own = int(said) if (said := request.POST.get("own", "")).isascii() and said.isdigit() and len(said) < 4 else 0
    if "more" in request.POST:
        return show(request, "departments", rows=_rows(names, own, ROWS_MORE))
    try:
        assert isinstance(request.user, Person)
        name_departments(names=names, own=own, by=request.user)
    except OpeningInvalid as refused:
        return show(request, "departments", 422, rows=_rows(names, own, 0), wrong=refused.values["fields"])
    return redirect("setup_people")


def _departments() -> list[Customer]:
    return list(Customer.objects.filter(kind=Customer.Kind.DEPARTMENT).order_by("pk"))


def _rows(names: list[str], own: int, more: int) -> list[dict[str, object]]:
    wanted = min(len(names) + more, MOST_DEPARTMENTS + 1) if names else max(more, EMPTY_ROWS)
    padded = [*names, *[""] * (wanted - len(names))]
    return [{"number": row, "name": name, "is_own": row == own} for row, name in enumerate(padded)]


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(ADMINISTRATOR)
@on_first_day
def finish(request: HttpRequest) -> HttpResponse:
    """What is about to be opened; POST opens it."""
    ours = _departments()
    if not ours:
        return redirect("setup_departments")
    if request.method == "POST":
        chosen = next((one for one in ours if one.code == request.POST.get("clients_ask")), None)
        assert isinstance(request.user, Person)
        open_desk(by=request.user, clients_ask=chosen, now=database_now())
        return redirect("setup_done")
    clients = Customer.objects.filter(kind=Customer.Kind.COMPANY).count()
    people = Person.objects.filter(is_active=True).count()
    return show(request, "finish", desk=Desk.objects.get(), departments=ours, clients=clients, people=people)


@require_safe
@open_to(ADMINISTRATOR)
def done(request: HttpRequest) -> HttpResponse:
    """The desk is open: what to do next."""
    if not is_open():
        return redirect("setup")
    return show(request, "done", desk=Desk.objects.first())

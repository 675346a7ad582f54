"""Benchmarks of the agents' pages: a browser's session, the whole stack of middleware, the template."""

from collections.abc import Callable

from django.conf import settings
from django.test import Client

from servicedesk.people.models import Person
from tickets.bench.calls import AGENT
from tickets.bench.measuring import Measured, measure
from tickets.models import Ticket


def bench_queue_page(size: int) -> Measured:
    """The first page of an agent's queue, with its rail and its clocks."""
    return _bench_page("queue_page", size, lambda number: "/desk/")


def bench_ticket_page(size: int) -> Measured:
    """One ticket with its conversation, events, clocks, corridor and customer, each time another."""
    recent = Ticket.objects.filter(department__code="populated-it").order_by("-filed_at")
    numbers = list(recent.values_list("number", flat=True)[:40])
    return _bench_page("ticket_page", size, lambda number: f"/tickets/{numbers[number % len(numbers)]}/")


def _bench_page(name: str, size: int, path: Callable[[int], str]) -> Measured:
    """An answer other than a page ends the benchmark."""
    host = next((host for host in settings.ALLOWED_HOSTS if "*" not in host), "localhost")
    client = Client(SERVER_NAME=host.lstrip("."))
    client.force_login(Person.objects.get(login=AGENT), backend="django.contrib.auth.backends.ModelBackend")

    def open_page(number: int) -> None:
        answer = client.get(path(number), secure=settings.SECURE_SSL_REDIRECT)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} instead of 200: {answer.content[:500]!r}")

    return measure(name, size, open_page, times=40, warm=5)

"""Benchmarks of pages: the whole stack of middleware and templates, with a session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from catalog.models import Offering
from servicedesk.clock import database_now
from tickets.bench.calls import AGENT, EMPLOYEE, LEADER, person_called
from tickets.bench.measuring import Measured, measure
from tickets.models import Ticket

OFFERING = "populated-it-1"
WORDS = ("printer", "принтер", "ghbynth", "доступ", "invoice", "прентер")


class Visitor:
    """Somebody with a session; an answer other than the expected one ends the benchmark."""

    def __init__(self, login: str) -> None:
        host = next((host for host in settings.ALLOWED_HOSTS if "*" not in host), "localhost")
        self.client = Client(SERVER_NAME=host.lstrip("."))
        self.client.force_login(person_called(login), backend="django.contrib.auth.backends.ModelBackend")

    def get(self, path: str) -> Any:
        return self._answer(self.client.get(path, secure=settings.SECURE_SSL_REDIRECT), 200)

    def post(self, path: str, **typed: str) -> Any:
        return self._answer(self.client.post(path, typed, secure=settings.SECURE_SSL_REDIRECT), 302)

    def _answer(self, answer: Any, expected: int) -> Any:
        if answer.status_code != expected:
            raise RuntimeError(f"{answer.status_code} instead of {expected}: {answer.content[:500]!r}")
        return answer


def bench_portal_home(size: int) -> Measured:
    """The start page of an employee who has asked for much."""
    return _bench_get("portal_home", size, EMPLOYEE, lambda number: "/")


def bench_portal_search(size: int) -> Measured:
    """Words of both languages, one of them misspelt, one typed in the wrong layout."""
    return _bench_get("portal_search", size, EMPLOYEE, lambda number: f"/search/?q={WORDS[number % len(WORDS)]}")


def bench_service_page(size: int) -> Measured:
    return _bench_get("service_page", size, EMPLOYEE, lambda number: f"/services/{_service()}/")


def bench_request_form(size: int) -> Measured:
    return _bench_get("request_form", size, EMPLOYEE, lambda number: f"/services/{_service()}/{OFFERING}/")


def bench_submit(size: int) -> Measured:
    """A request filed through its form: once only, with its clocks, and the receipt owed."""
    visitor, address, before = Visitor(EMPLOYEE), f"/services/{_service()}/{OFFERING}/", Ticket.objects.count()

    def file(number: int) -> None:
        visitor.post(address, subject=f"Printer {number}", body="It does not print.", once=f"bench-{number}")

    measured = measure("submit", size, file, times=40, warm=5)
    if Ticket.objects.count() != before + 45:
        measured.problem = "not every form became one ticket"
    return measured


def _service() -> str:
    return Offering.objects.select_related("service").get(slug=OFFERING).service.slug


def bench_queue_page(size: int) -> Measured:
    """The first page of an agent's queue, with its rail and its clocks."""
    return _bench_get("queue_page", size, AGENT, lambda number: "/desk/")


def bench_ticket_page(size: int) -> Measured:
    """One ticket with its conversation, events, clocks, corridor and customer, each time another."""
    recent = Ticket.objects.filter(department__code="populated-it").order_by("-filed_at")
    numbers = list(recent.values_list("number", flat=True)[:40])
    return _bench_get("ticket_page", size, AGENT, lambda number: f"/tickets/{numbers[number % len(numbers)]}/")


def bench_bridge(size: int) -> Measured:
    """The bridge of a quarter, the whole page, as a leader sees it."""
    to = database_now().date()
    path = f"/bridge/?from={to - timedelta(days=91)}&to={to}"
    return _bench_get("bridge", size, LEADER, lambda number: path)


def _bench_get(name: str, size: int, login: str, path: Callable[[int], str]) -> Measured:
    visitor, paths = Visitor(login), [path(number) for number in range(50)]
    return measure(name, size, lambda number: visitor.get(paths[number]), times=40, warm=5)

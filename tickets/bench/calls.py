"""Benchmarks through the API: the whole stack of middleware, with a token."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import Client

from servicedesk.clock import database_now
from servicedesk.people.models import Person, Role
from servicedesk.people.tokens import issue_token
from tickets.bench.measuring import Measured, measure
from tickets.models import Notification, Ticket

AGENT, EMPLOYEE, LEADER = "populated-it-agent-1", "populated-sales-employee-1", "populated-sales-employee-2"


def person_called(login: str) -> Person:
    """Somebody of the populated company; LEADER leads it."""
    person = Person.objects.get(login=login)
    if login == LEADER:
        Role.objects.get_or_create(person=person, kind=Role.Kind.LEADER, customer=None)
    return person


class Caller:
    """Somebody with a token; an answer other than the expected one ends the benchmark."""

    def __init__(self, login: str) -> None:
        token = issue_token(person=person_called(login), now=database_now())
        host = next((host for host in settings.ALLOWED_HOSTS if "*" not in host), "localhost")
        self.client = Client(SERVER_NAME=host.lstrip("."), HTTP_AUTHORIZATION=f"Bearer {token}")

    def get(self, path: str) -> Any:
        return self._answer(self.client.get(f"/api/v1{path}", secure=settings.SECURE_SSL_REDIRECT), 200)

    def post(self, path: str, **said: Any) -> Any:
        answer = self.client.post(
            f"/api/v1{path}",
            json.dumps(said),
            content_type="application/json",
            headers={"Idempotency-Key": uuid4().hex},
            secure=settings.SECURE_SSL_REDIRECT,
        )
        return self._answer(answer, 201)

    def _answer(self, answer: Any, expected: int) -> Any:
        if answer.status_code != expected:
            raise RuntimeError(f"{answer.status_code} instead of {expected}: {answer.content[:500]!r}")
        return answer.json()


def bench_create(size: int) -> Measured:
    """File a request: its clocks start and the receipt is owed, all before the answer."""
    caller = Caller(EMPLOYEE)

    def file(number: int) -> None:
        caller.post("/tickets", offering="populated-it-1", subject=f"Printer {number}", body="It does not print.")

    measured = measure("create", size, file, times=60, warm=5)
    filed = Ticket.objects.select_related("journey").filter(imported_from="")
    if any(not ticket.journey.clocks.exists() for ticket in filed):
        measured.problem = "a ticket was filed without clocks"
    if Notification.objects.filter(ticket__in=filed, kind="filed").count() != filed.count():
        measured.problem = "a receipt is not owed"
    return measured


def bench_list(size: int) -> Measured:
    """The first page of an agent's tickets."""
    return _bench_get("list", size, AGENT, lambda number: "/tickets")


def bench_ticket(size: int) -> Measured:
    """One ticket with its messages and clocks, each time another."""
    numbers = list(
        Ticket.objects.filter(department__code="populated-it")
        .order_by("-filed_at")
        .values_list("number", flat=True)[:40]
    )
    return _bench_get("ticket", size, AGENT, lambda number: f"/tickets/{numbers[number % len(numbers)]}")


def _bench_get(name: str, size: int, login: str, path: Callable[[int], str]) -> Measured:
    caller = Caller(login)
    return measure(name, size, lambda number: caller.get(path(number)), times=40, warm=5)

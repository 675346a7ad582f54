"""Many at once, with real threads and transactions: one wins, nothing is lost, nobody gets a 5xx."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from sla.models import Fact, Journey
from sla.versions import forget_versions
from tests.api.conftest import Caller
from tests.cast import PROMISE, Cast, assemble
from tests.security.world import keep
from tickets.models import Event, Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 10
NEW = {"offering": "laptop", "subject": "A laptop", "body": "Please.", "answers": {"model": "13"}}


@pytest.fixture
def stage(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast, committed, so that other connections see it; the API's clock stands."""
    forget_versions()
    cast = assemble()
    monkeypatch.setattr("servicedesk.api.database_now", lambda: cast.now)
    return cast


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all of them in threads that start together, each with a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait(timeout=30)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [running.result(timeout=60) for running in [threads.submit(run, act) for act in acts]]


def statuses(answers: list[Any]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def is_gapless(ticket: Ticket) -> bool:
    """Neither the audit log nor the facts have a gap or a repeat, and each event that needs one has its fact."""
    events = list(Event.objects.filter(ticket=ticket).order_by("seq").values_list("seq", flat=True))
    facts = list(Fact.objects.filter(journey=ticket.journey_id).order_by("seq").values_list("seq", flat=True))
    last = Journey.objects.get(pk=ticket.journey_id).last_seq
    concern = Event.objects.filter(ticket=ticket).exclude(kind__in=Event.WITHOUT_FACT).count()
    return events == [*range(1, len(events) + 1)] and facts == [*range(1, last + 1)] and len(facts) == concern


def test_of_ten_who_take_a_ticket_at_once_one_gets_it(stage: Cast) -> None:
    ticket = stage.files("ann")
    names = ["igor", "inna"] * (THREADS // 2)
    path = f"/tickets/{ticket.number}/take"
    answers = at_once(*[partial(Caller(stage, name).post, path) for name in names])
    ticket.refresh_from_db()
    assert ticket.assignee is not None
    for name, answer in zip(names, answers, strict=True):
        assert answer.status_code == (200 if name == ticket.assignee.login else 409)
    assert Event.objects.filter(ticket=ticket, kind="taken").count() == 1
    assert is_gapless(ticket)


def test_the_same_key_ten_times_at_once_files_one_ticket(stage: Cast) -> None:
    ann = Caller(stage, "ann")
    answers = at_once(*[partial(ann.post, "/tickets", NEW, Idempotency_Key="once")] * THREADS)
    assert statuses(answers) == {201: THREADS}
    assert len({answer.content for answer in answers}) == 1
    assert Ticket.objects.count() == 1


def test_two_bodies_under_one_key_at_once_file_one_ticket(stage: Cast) -> None:
    ann = Caller(stage, "ann")
    bodies = [NEW | {"subject": f"Laptop {n % 2}"} for n in range(THREADS)]
    answers = at_once(*[partial(ann.post, "/tickets", body, Idempotency_Key="once") for body in bodies])
    assert statuses(answers) == {201: THREADS // 2, 422: THREADS // 2}
    assert Ticket.objects.count() == 1


def test_opposite_merges_at_once_end_with_one_ticket_open(stage: Cast) -> None:
    igor, inna = Caller(stage, "igor"), Caller(stage, "inna")
    for _ in range(5):
        a, b = stage.files("ann"), stage.files("ann")
        answers = at_once(
            partial(igor.post, f"/tickets/{a.number}/merge", {"into": b.number}),
            partial(inna.post, f"/tickets/{b.number}/merge", {"into": a.number}),
        )
        assert statuses(answers) == {200: 1, 409: 1}
        assert sorted(Ticket.objects.filter(pk__in=[a.pk, b.pk]).values_list("status", flat=True)) == ["merged", "new"]
        assert is_gapless(a)
        assert is_gapless(b)


def test_of_ten_replays_asked_for_at_once_three_are_taken(stage: Cast) -> None:
    hanna = Caller(stage, "hanna")
    body = {"from": "2026-01-01", "to": "2026-03-01", "policies": {"standard": PROMISE}}
    answers = at_once(*[partial(hanna.post, "/replays", body)] * THREADS)
    assert statuses(answers) == {202: 3, 409: THREADS - 3}


def test_replies_in_one_instant_are_all_kept(stage: Cast) -> None:
    ticket = stage.files("ann")
    path = f"/tickets/{ticket.number}/messages"
    said = [(name, f"{name} {n}") for n in range(3) for name in ("ann", "igor", "inna", "hanna")]
    answers = at_once(
        *[partial(Caller(stage, name).post, path, {"body": body, "kind": "reply"}) for name, body in said]
    )
    assert statuses(answers) == {201: len(said)}
    bodies = set(Message.objects.filter(ticket=ticket).values_list("body", flat=True))
    assert bodies >= {body for _, body in said}
    assert is_gapless(ticket)


def test_of_two_edits_of_one_version_at_once_one_gets_409(stage: Cast) -> None:
    ticket, igor, inna = stage.files("ann"), Caller(stage, "igor"), Caller(stage, "inna")
    path = f"/tickets/{ticket.number}"
    etag = igor.get(path)["ETag"]
    answers = at_once(
        partial(igor.patch, path, {"subject": "One"}, If_Match=etag),
        partial(inna.patch, path, {"subject": "Two"}, If_Match=etag),
        partial(inna.patch, path, {"priority": "high"}, If_Match=etag),
    )
    assert statuses(answers) == {200: 2, 409: 1}
    ticket.refresh_from_db()
    assert ticket.priority == "high"
    assert is_gapless(ticket)


def test_a_file_is_named_by_one_message_only(stage: Cast) -> None:
    ticket, ann, kept = stage.files("ann"), Caller(stage, "ann"), keep(stage, "ann", "a.txt")
    body = {"body": "See.", "kind": "reply", "attachments": [kept]}
    answers = at_once(*[partial(ann.post, f"/tickets/{ticket.number}/messages", body)] * 4)
    assert statuses(answers) == {201: 1, 422: 3}
    assert Message.objects.filter(ticket=ticket).count() == 2

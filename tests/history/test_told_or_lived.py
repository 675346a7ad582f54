"""A ticket told as history comes out as the same ticket lived through the actions: events, facts, clocks, columns."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sla.agreements import which_agreement
from sla.models import Clock, Escalation, Fact
from tests.cast import Cast
from tickets import actions
from tickets.actions.file_request import asked_by
from tickets.history import PastTicket, fold_history, merge_past, write_history
from tickets.models import Event, Message, Notification, Ticket

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
LATER = START + timedelta(days=20)
DIFFERENT = {"id", "ticket_id", "journey_id", "event_id", "number", "clock_id", "recorded_at", "merged_into_id"}


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def begun(cast: Cast, number: int) -> PastTicket:
    """What Ann's request is when it is told instead of filed."""
    ticket = Ticket(
        number=number,
        subject="A laptop for the new colleague",
        requester=cast.ann,
        filed_by=cast.ann,
        customer=cast.sales,
        provider=cast.it,
        department=cast.it,
        departments=[cast.it.pk],
        service=cast.hardware,
        offering=cast.laptop,
        form=cast.laptop.form,
        filed_at=START,
        updated_at=START,
    )
    past = PastTicket(ticket)
    past.file(promise=which_agreement(asked=asked_by(ticket), at=START), by=cast.ann)
    past.add_message(by=cast.ann, at=START, body="She starts on Monday.")
    return past


def rows(model: Any, **only: Any) -> list[dict[str, Any]]:
    found = model.objects.filter(**only).order_by("id").values()
    return [
        {
            name: {key: said for key, said in value.items() if key not in ("message", "other")}
            if name == "data"
            else value
            for name, value in row.items()
            if name not in DIFFERENT
        }
        for row in found
    ]


def compare(told: Ticket, lived: Ticket) -> None:
    """All that is stored of both; only keys, the number and when it was recorded may differ."""
    for model, name in ((Ticket, "pk"), (Event, "ticket"), (Message, "ticket")):
        assert rows(model, **{name: told.pk}) == rows(model, **{name: lived.pk}), model
    for model, name in ((Fact, "journey"), (Clock, "journey")):
        ours, theirs = (rows(model, **{name: one.journey_id}) for one in (told, lived))
        assert sorted(map(_settled, ours), key=_place) == sorted(map(_settled, theirs), key=_place), model


def _settled(row: dict[str, Any]) -> dict[str, Any]:
    """Of a clock that runs, what was used depends on when it was last looked at."""
    if row.get("state") != "running":
        return row
    return {name: value for name, value in row.items() if name not in ("elapsed_seconds", "sums", "lost")}


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["seq"],) if "seq" in row else (row["metric"], row["stage"], row["cycle"])


def act(name: str, who: str, hours: float, **said: Any) -> tuple[str, str, float, dict[str, Any]]:
    return name, who, hours, said


LIVES = {
    "noted inside": [act("note", "igor", 1, body="Ask Hanna."), act("resolve", "igor", 2)],
    "answered, resolved, rated and closed": [
        act("take", "igor", 0.5),
        act("reply", "igor", 1, body="Which model?"),
        act("reply", "ann", 2, body="The small one."),
        act("reply", "igor", 3, body="It is on its way."),
        act("resolve", "igor", 4),
        act("rate", "ann", 5, score=5),
        act("close", "ann", 6),
    ],
    "waiting for the customer, who answers": [
        act("take", "igor", 0.5),
        act("wait", "igor", 1, reason="customer"),
        act("reply", "ann", 30, body="Sorry, I was away."),
        act("resolve", "igor", 31),
    ],
    "handed over, returned, handed over": [
        act("hand_over", "igor", 1, department="warehouse"),
        act("take", "wanda", 2),
        act("hand_over", "wanda", 3, department="it"),
        act("hand_over", "igor", 26, department="sales"),
        act("hand_over", "igor", 27, department="warehouse"),
        act("resolve", "wanda", 28),
    ],
    "resolved, reopened, urgent, closed unresolved": [
        act("resolve", "igor", 1),
        act("reopen", "ann", 20),
        act("reprioritise", "igor", 21, priority="urgent"),
        act("wait", "igor", 22, reason="supplier"),
        act("resume", "igor", 23),
        act("close", "igor", 60),
    ],
    "withdrawn": [act("take", "igor", 0.5), act("withdraw", "ann", 1)],
    "forgotten and breached": [act("take", "igor", 0.5)],
}
#: What history calls otherwise, and how it names what is named there.
TOLD: dict[str, Callable[[Cast, dict[str, Any]], dict[str, Any]]] = {
    "hand_over": lambda cast, said: {"to": getattr(cast, said["department"])},
}


def live(cast: Cast, life: list[Any]) -> Ticket:
    ticket = cast.files("ann", now=START)
    for name, who, hours, said in life:
        getattr(actions, name)(access=cast.sees(who, ticket), now=at(hours), **said)
    return Ticket.objects.get(pk=ticket.pk)


def tell(cast: Cast, life: list[Any]) -> PastTicket:
    past = begun(cast, 12_345_678)
    for name, who, hours, said in life:
        verb = "hear" if name == "reply" and who == "ann" else name
        getattr(past, verb)(by=cast.people[who], at=at(hours), **TOLD.get(name, lambda _, same: same)(cast, said))
    return past


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_told_or_lived_the_ticket_is_the_same(cast: Cast, life: list[Any]) -> None:
    lived = live(cast, life)
    past = tell(cast, life)
    fold_history([past], now=at(life[-1][2]) + timedelta(seconds=1))
    write_history([past])
    compare(Ticket.objects.get(number=12_345_678), lived)


def test_a_merge_told_is_a_merge_lived(cast: Cast) -> None:
    lived, into = cast.files("ann", now=START), cast.files("ann", now=START)
    actions.reply(access=cast.sees("ann", lived), body="Hello?", now=at(1))
    actions.merge(access=cast.sees("igor", lived), into=cast.sees("igor", into), now=at(2))
    source, target = begun(cast, 12_345_678), begun(cast, 12_345_679)
    source.hear(by=cast.ann, at=at(1), body="Hello?")
    merge_past(source=source, into=target, by=cast.igor, at=at(2))
    fold_history([source, target], now=at(2) + timedelta(seconds=1))
    write_history([source, target])
    for number, ticket in ((12_345_678, lived), (12_345_679, into)):
        compare(Ticket.objects.get(number=number), Ticket.objects.get(pk=ticket.pk))
    assert Ticket.objects.get(number=12_345_678).merged_into == Ticket.objects.get(number=12_345_679)


def test_steps_before_the_load_are_passed_and_only_what_falls_due_after_it_is_owed(cast: Cast) -> None:
    past = tell(cast, LIVES["forgotten and breached"])
    fold_history([past], now=at(7))
    write_history([past])
    steps = set(Escalation.objects.values_list("clock__metric", "step"))
    assert steps == {
        ("first_response", "percent:80"),
        ("first_response", "percent:100"),
        ("resolution", "percent:80"),
    }
    assert not Escalation.objects.filter(passed=False).exists()
    assert not Escalation.objects.filter(done_at=None).exists()
    assert not Notification.objects.exists()
    journey = Ticket.objects.get(number=12_345_678).journey
    assert journey.next_step_at is not None
    assert journey.next_step_at >= at(7)


def test_a_ticket_told_goes_on_living(cast: Cast) -> None:
    past = tell(cast, LIVES["forgotten and breached"])
    fold_history([past], now=at(3))
    write_history([past])
    ticket = Ticket.objects.get(number=12_345_678)
    actions.resolve(access=cast.sees("igor", ticket), now=at(3))
    lived = live(cast, [*LIVES["forgotten and breached"], act("resolve", "igor", 3)])
    compare(Ticket.objects.get(pk=ticket.pk), lived)

"""What is written inside the provider reaches no customer, whatever the exit."""

import pytest

from tests.cast import Cast
from tests.security.world import (
    BODIES,
    CANARY_B,
    CANARY_INT,
    World,
    ask,
    canary_ticket,
    filled,
    keep,
    operations,
    told,
)
from tickets import actions
from tickets.models import Ticket

INSIDERS = ("igor", "inna", "hanna", "wanda")


def full_of_secrets(cast: Cast) -> Ticket:
    """Notes, a file of a note, hand-overs with words, names of agents, clocks and policies of the provider."""
    ticket = canary_ticket(cast, "carla", "help", agent="igor")
    actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", note=CANARY_INT, now=cast.now)
    actions.assign(access=cast.sees("wanda", ticket), assignee="wanda", now=cast.now)
    actions.note(access=cast.sees("wanda", ticket), body=CANARY_INT, now=cast.now)
    actions.hand_over(access=cast.sees("wanda", ticket), department="it", note=CANARY_INT, now=cast.now)
    actions.wait(access=cast.sees("igor", ticket), reason="customer", body="Which?", now=cast.now)
    ticket.refresh_from_db()
    return ticket


@pytest.mark.parametrize("reader", ["carla", "mara"])
def test_no_secret_of_the_provider_reaches_the_customer_by_any_operation(world: World, cast: Cast, reader: str) -> None:
    ticket, client = full_of_secrets(cast), world.client(reader)
    note_file = keep(cast, "igor", f"{CANARY_INT}-2.txt")
    actions.note(access=cast.sees("igor", ticket), body="x", attachments=[note_file], now=cast.now)
    answers = 0
    for method, path, operation in operations():
        answer = ask(client, method, filled(path, ticket.number, note_file), BODIES.get(operation.view_func.__name__))
        status, content, headers = told(answer)
        everything = f"{content.decode()} {headers}"
        assert CANARY_INT not in everything, path
        for login in INSIDERS:
            assert cast.people[login].name not in everything, (path, login)
            assert f'"{login}"' not in everything, (path, login)
        assert "standard" not in everything, path
        answers += status < 300
    assert answers >= 10


def test_the_provider_itself_reads_them(world: World, cast: Cast) -> None:
    ticket = full_of_secrets(cast)
    for reader in ("igor", "wanda", "hanna", "lena", "alex"):
        conversation = world.client(reader).get(f"/api/v1/tickets/{ticket.number}/messages").content.decode()
        assert conversation.count(CANARY_INT) >= 4, reader
        assert CANARY_B in conversation

"""Try a promise, as its pages go: a draft is chosen, replayed by the worker, and judged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalog.models import Draft
from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from sla.models import Replay
from sla.replay.running import perform_replay
from sla.shaping.policies import POLICIES
from tests.api.counting import counted
from tests.cast import Cast
from tests.replay.trying import HOUR, with_hours
from tickets import actions
from tickets.models import Ticket

SignIn = Callable[[str], Client]


def draft_of(cast: Cast, definition: dict[str, Any]) -> Draft:
    typed = POLICIES.typed({"name": "Standard", **definition})
    hanna = cast.people["hanna"]
    return Draft.objects.create(
        kind="policy", code="standard", typed=typed, begun_by=hanna, saved_by=hanna, saved_at=database_now()
    )


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Answered within three hours of the four that were promised, two weeks ago."""
    filed_at = cast.now - timedelta(days=14)
    ticket = cast.files("carla", "help", now=filed_at, subject="The scanner is silent")
    actions.reply(access=cast.sees("igor", ticket), body="Yes.", now=filed_at + 3 * HOUR)
    return ticket


def work() -> None:
    """What the worker does at its next beats."""
    now = database_now()
    for one in owed.claim(model=Replay, now=now, limit=10):
        attempt(model=Replay, pk=one.pk, claim=one.claim, work=perform_replay)


LAST_WEEKS = {"period": "days", "from": "2026-02-01", "to": "2026-03-01"}


def asked(client: Client, **more: Any) -> Any:
    return client.post("/workshop/try/", {"draft": "policy:standard", **LAST_WEEKS, **more})


def test_a_draft_is_tried_from_its_own_page_to_the_result(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    draft_of(cast, with_hours("first_response", 2))
    client = sign_in("hanna")
    assert b"/workshop/try/?draft=policy:standard" in client.get("/workshop/policies/standard/").content
    assert b'value="policy:standard" checked' in client.get("/workshop/try/?draft=policy:standard").content
    answer = asked(client)
    replay = Replay.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/workshop/try/{replay.pk}/")
    waiting = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert "Look again" in waiting
    work()
    page = client.get(answer["Location"]).content.decode()
    assert "hx-trigger" not in page.partition("<main")[2]
    assert "The scanner is silent" in page
    assert f"/tickets/{ticket.number}/why/" in page
    assert "/workshop/policies/standard/publish/" in page
    assert 'name="revision" value="1"' in page


def test_the_result_counts_what_was_and_what_would_have_been(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    draft_of(cast, with_hours("first_response", 2))
    client = sign_in("hanna")
    asked(client)
    work()
    shown = client.get(f"/workshop/try/{Replay.objects.get().pk}/").context["result"]
    assert [(counted.met, counted.total) for counted in (shown.total.was, shown.total.becomes)] == [(1, 4), (0, 4)]
    assert [number for _tab, _words, number, _here in shown.tabs] == [1, 0, 0]


def test_the_flips_are_a_file_too(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    draft_of(cast, with_hours("first_response", 2))
    client = sign_in("hanna")
    asked(client)
    work()
    written = client.get(f"/workshop/try/{Replay.objects.get().pk}/promises.csv")
    lines = written.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(
        f"{ticket.number},first response,,1,kept,broken,2026-02-16T14:00:00+03:00,2026-02-16T12:00"
    )


def test_a_draft_that_cannot_be_published_is_refused_in_words(cast: Cast, sign_in: SignIn) -> None:
    draft = draft_of(cast, with_hours("first_response", 2))
    draft.typed["targets"][0]["duration"] = "soon"
    draft.save()
    answer = asked(sign_in("hanna"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The draft of Standard cannot be published yet" in page
    assert "/workshop/policies/standard/edit/?check=1" in page
    assert 'value="2026-02-01"' in page, "what was typed stays"
    assert not Replay.objects.exists()


@pytest.mark.parametrize(
    "said, words",
    [
        ({"from": "2026-03-01", "to": "2026-02-01"}, "These days are no period"),
        ({"from": "31.02.2026"}, "These days are no period"),
        ({"from": "2026-04-01", "to": "2026-04-30"}, "The period must have begun"),
        ({"draft": ""}, "Choose at least one draft"),
        ({"draft": "policy:unknown"}, "Choose at least one draft"),
    ],
)
def test_what_cannot_be_tried_is_said(cast: Cast, sign_in: SignIn, said: dict[str, str], words: str) -> None:
    draft_of(cast, with_hours("first_response", 2))
    answer = asked(sign_in("hanna"), **said)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Replay.objects.exists()


def test_one_can_stop_a_try_and_three_at_once_are_enough(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    draft_of(cast, with_hours("first_response", 2))
    client = sign_in("hanna")
    for _ in range(3):
        assert asked(client).status_code == 302
    assert asked(client).status_code == 409
    first = Replay.objects.earliest("pk")
    client.post(f"/workshop/try/{first.pk}/stop/")
    work()
    first.refresh_from_db()
    assert (first.cancelled_at is not None, first.done_at is not None, first.tally) == (True, True, {})
    assert "stopped" in client.get(f"/workshop/try/{first.pk}/").content.decode()
    assert asked(client).status_code == 302


def test_a_try_is_open_to_who_asked_and_to_administrators(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    draft_of(cast, with_hours("first_response", 2))
    asked(sign_in("hanna"))
    work()
    here = f"/workshop/try/{Replay.objects.get().pk}/"
    assert sign_in("adam").get(here).status_code == 200
    assert sign_in("igor").get(here).status_code == 403
    cast.people["wanda"].roles.create(kind="head", customer=cast.warehouse)
    strange = [sign_in("wanda").get(address) for address in (here, "/workshop/try/99999/", f"{here}promises.csv")]
    assert [answer.status_code for answer in strange] == [404, 404, 404]
    assert sign_in("wanda").post(f"{here}stop/").status_code == 404
    cast.people["hanna"].roles.all().delete()
    cast.people["hanna"].roles.create(kind="head", customer=cast.warehouse)
    assert sign_in("hanna").get(here).status_code == 404, "they may count those promises no more"


def test_a_draft_changed_or_gone_since_is_not_offered_as_tried(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    draft = draft_of(cast, with_hours("first_response", 2))
    client = sign_in("hanna")
    asked(client)
    work()
    here = f"/workshop/try/{Replay.objects.get().pk}/"
    Draft.objects.filter(pk=draft.pk).update(revision=2)
    assert "the draft was changed since" in client.get(here).content.decode()
    draft.delete()
    page = client.get(here).content.decode()
    assert "published or discarded since" in page
    assert "/workshop/policies/standard/publish/" not in page


BUDGET = 24


def test_the_pages_ask_no_more_because_there_is_more(cast: Cast, sign_in: SignIn) -> None:
    draft_of(cast, with_hours("first_response", 2))
    client, seen = sign_in("hanna"), []
    for number in (1, 5):
        filed_at = cast.now - timedelta(days=14)
        for _ in range(number):
            ticket = cast.files("carla", "help", now=filed_at)
            actions.reply(access=cast.sees("igor", ticket), body="Yes.", now=filed_at + 3 * HOUR)
        asked(client)
        work()
        pages = ["/workshop/try/", f"/workshop/try/{Replay.objects.latest('pk').pk}/"]
        for page in pages:
            client.get(page)
            with counted() as statements:
                assert client.get(page).status_code == 200
            seen.append(len(statements))
    assert seen[:2] == seen[2:]
    assert max(seen) <= BUDGET, seen

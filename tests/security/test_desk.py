"""The desk's own addresses: a stranger's number answers what an unknown one answers, and nothing passes unasked."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from catalog.models import Service
from tests.security.world import CANARY_B, CANARY_INT, UNKNOWN_NUMBER, World, fingerprint, routes, told
from tickets.desk.verbs import VERBS
from tickets.views.desk.breaches import ACTS

BACKEND = "django.contrib.auth.backends.ModelBackend"
SAID = {"reason": "customer", "priority": "high", "department": "warehouse", "clock": "resolution//1", "body": "x"}
WHO = ("ann", "igor", "wanda", "carla", "dora", "mara", "lena", "adam")


def signed_in(world: World, login: str, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.force_login(world.cast.people[login], backend=BACKEND)
    return client


def questions(number: int) -> Iterator[tuple[str, dict[str, str]]]:
    for verb in VERBS:
        yield f"/desk/tickets/{number}/{verb}/", SAID
    for kind in ("reply", "note"):
        yield f"/desk/tickets/{number}/write/", {"kind": kind, "body": "x"}
    for act in ACTS:
        yield f"/desk/tickets/{number}/broken/{act}/", SAID


@pytest.mark.parametrize("login", WHO)
def test_a_strangers_ticket_answers_the_desk_as_an_unknown_one(world: World, login: str) -> None:
    client, hidden, before = signed_in(world, login), world.hidden[login].number, fingerprint()
    for (path, said), (twin, _) in zip(questions(hidden), questions(UNKNOWN_NUMBER), strict=True):
        answer, expected = told(client.post(path, said)), told(client.post(twin, said))
        assert answer == expected, path
        assert answer[0] == 404
        assert CANARY_B.encode() not in answer[1]
    assert fingerprint() == before


@pytest.mark.parametrize("login", ["ann", "carla", "mara"])
def test_an_act_refused_to_who_asks_shows_them_nothing_of_the_providers_page(world: World, login: str) -> None:
    Service.objects.update(procedure={"en": f"{CANARY_INT} procedure", "ru": f"{CANARY_INT} procedure"})
    client, before = signed_in(world, login), fingerprint()
    for path, said in questions(world.own[login].number):
        answer = client.post(path, said)
        assert answer.status_code == 403, path
        assert CANARY_INT not in answer.content.decode(), path
        assert "desk/ticket.html" not in [template.name for template in answer.templates], path
    assert fingerprint() == before


@pytest.mark.parametrize("login", ["igor", "wanda", "lena", "adam"])
def test_no_queue_holds_or_counts_what_is_hidden(world: World, login: str) -> None:
    client, hidden = signed_in(world, login), world.hidden[login]
    queues = ["", "?status=all", f"?text={hidden.number}", f"?customer={hidden.customer.code}&status=all"]
    for queue in [*queues, "breaches/", "breaches/exclusions/"]:
        page = client.get(f"/desk/{queue}", follow=True).content.decode()
        assert f'name="number" value="{hidden.number}"' not in page
        assert f"/tickets/{hidden.number}/" not in page


@pytest.mark.parametrize("login", ["igor", "lena"])
def test_a_hidden_ticket_in_a_selection_is_refused_as_an_unknown_one(world: World, login: str) -> None:
    hidden, client, before = world.hidden[login].number, signed_in(world, login), fingerprint()
    said: list[str] = []
    for number in (hidden, UNKNOWN_NUMBER):
        for act in ("take", "assign", "reprioritise"):
            chosen = {"number": number, "act": act, "assignee": login, "priority": "high"}
            page = client.post("/desk/selected/", chosen, follow=True).content.decode()
            toast = page.split('class="toasts"', 1)[1].split("</p>", 1)[0]
            said.append(toast.replace(f"{str(number)[:4]}\u00a0{str(number)[4:]}", "NUMBER"))
    assert said[:3] == said[3:]
    assert fingerprint() == before


def test_nothing_of_the_desk_passes_without_the_sessions_token(world: World) -> None:
    client, before = signed_in(world, "igor", enforce_csrf_checks=True), fingerprint()
    number = world.own["igor"].number
    posted = [path for path, _ in questions(number)] + ["/desk/selected/", "/desk/undo/", "/desk/views/"]
    for path in posted:
        assert client.post(path, SAID | {"name": "x", "number": number, "act": "take"}).status_code == 403, path
        assert client.get(path).status_code == 405, path
    assert fingerprint() == before


def test_the_desk_has_no_address_that_this_walk_forgets() -> None:
    """A new address of the desk belongs into the questions above."""
    known = ["", "filter/", "arrived/", "selected/", "undo/", "views/", "views/<int:view_id>/"]
    known += ["breaches/", "breaches/exclusions/", "tickets/<int:number>/broken/<slug:act>/"]
    known += ["views/<int:view_id>/delete/", "tickets/<int:number>/write/", "tickets/<int:number>/<slug:verb>/"]
    assert {path.removeprefix("/desk/") for path, _ in routes() if path.startswith("/desk/")} == set(known)

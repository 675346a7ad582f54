"""The two questions that make a priority: asked in plain words, corrected by the agent, shaped by the administrator."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Draft, WorkshopEvent
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tests.pages.workshop.test_flow import publish, save
from tickets.models import PriorityMatrix, Ticket
from tickets.priorities import DEFAULT, cell_of

FORM, MATRIX = "/services/hardware/laptop/", "/workshop/priorities/matrix/"
TYPED = {"subject": "The till is dead", "body": "Nothing is sold.", "a-model": "13"}


@pytest.fixture
def asked(cast: Cast) -> Cast:
    cast.laptop.asks_urgency = True
    cast.laptop.save()
    return cast


def page_of(client: Client, address: str) -> str:
    return str(client.get(address).content.decode())


def test_an_offering_that_does_not_ask_shows_no_such_question(cast: Cast, signed_in: SignIn) -> None:
    ann = signed_in("ann")
    assert "Whom does it hold up?" not in page_of(ann, FORM)
    ann.post(FORM, TYPED | {"p-impact": "company", "p-urgency": "stops_work"})
    assert Ticket.objects.get().impact == "", "what nobody asked is not heard"


def test_the_answers_in_plain_words_become_a_priority_and_stand_on_the_ticket(asked: Cast, signed_in: SignIn) -> None:
    ann = signed_in("ann")
    form = page_of(ann, FORM)
    assert "Whom does it hold up?" in form
    assert "The work stands still" in form
    ann.post(FORM, TYPED | {"p-impact": "department", "p-urgency": "stops_work"})
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.priority_matrix) == ("urgent", 1)
    mine = page_of(ann, f"/tickets/{ticket.number}/")
    assert "<dt>Whom it holds up</dt><dd>A whole department or shop</dd>" in mine
    inside = page_of(signed_in("hanna"), f"/tickets/{ticket.number}/")
    assert "holds up a whole department or shop, the work stands still: by version 1 of the priorities" in inside


@pytest.mark.parametrize("said", [{}, {"p-impact": "team"}, {"p-impact": "everyone", "p-urgency": "hinders"}])
def test_without_both_answers_the_form_comes_back_as_it_was_typed(
    asked: Cast, signed_in: SignIn, said: dict[str, str]
) -> None:
    answer = signed_in("ann").post(FORM, TYPED | said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Two questions are not answered." in page
    assert 'value="The till is dead"' in page
    assert not Ticket.objects.exists()


def test_an_agent_changes_the_impact_or_overrules_it(asked: Cast, signed_in: SignIn) -> None:
    ticket = asked.files(impact="person", urgency="hinders")
    hanna, address = signed_in("hanna"), reverse("desk_verb", args=[ticket.number, "reprioritise"])
    form = page_of(hanna, f"/tickets/{ticket.number}/?do=reprioritise")
    assert '<option value="person" selected>One person</option>' in form
    hanna.post(address, {"priority": "normal", "impact": "company", "urgency": "hinders"})
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.impact) == ("urgent", "company")
    hanna.post(address, {"priority": "low", "impact": "company", "urgency": "hinders"})
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.impact, ticket.priority_matrix) == ("low", "company", None)
    assert "set by hand" in page_of(hanna, f"/tickets/{ticket.number}/")


@pytest.mark.parametrize("said", [{"impact": "person"}, {"impact": "nobody", "urgency": "hinders"}])
def test_half_an_answer_of_an_agent_is_refused_with_what_was_chosen(
    cast: Cast, signed_in: SignIn, said: dict[str, str]
) -> None:
    ticket = cast.files()
    address = reverse("desk_verb", args=[ticket.number, "reprioritise"])
    answer = signed_in("hanna").post(address, {"priority": "normal", **said})
    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.impact) == ("normal", "")


def typed_matrix(**other: str) -> dict[str, str]:
    return {cell.replace(".", "_"): priority for cell, priority in DEFAULT.items()} | other


def test_an_administrator_publishes_another_matrix_and_the_next_request_follows_it(
    asked: Cast, signed_in: SignIn
) -> None:
    adam = signed_in("adam")
    assert "Priorities" in page_of(adam, MATRIX)
    save(adam, MATRIX, typed_matrix(person_can_wait="high"))
    compared = page_of(adam, f"{MATRIX}publish/")
    assert "Somewhere what hinders more gets a lower priority." in compared
    assert re.search(r"<ins>It can wait: High</ins>", compared)
    assert publish(adam, MATRIX).status_code == 302
    newest = PriorityMatrix.objects.get()
    assert (newest.number, newest.cells[cell_of("person", "can_wait")], newest.published_by) == (2, "high", asked.adam)
    event = WorkshopEvent.objects.get(kind="priorities")
    assert (event.verb, event.was, event.number, event.by) == ("published", 1, 2, asked.adam)
    assert asked.files(impact="person", urgency="can_wait").priority == "high"
    assert adam.get(f"{MATRIX}versions/1/").status_code == 200
    adam.post(f"{MATRIX}versions/1/edit/")
    publish(adam, MATRIX)
    assert PriorityMatrix.objects.get(number=3).cells == dict(DEFAULT), "the way back"


def test_a_head_reads_the_matrix_and_does_not_edit_it(cast: Cast, signed_in: SignIn) -> None:
    hanna = signed_in("hanna")
    assert hanna.get(MATRIX).status_code == 200
    assert hanna.get(f"{MATRIX}edit/").status_code == 403
    assert save(hanna, MATRIX, typed_matrix(person_can_wait="high")).status_code == 403
    assert not Draft.objects.exists()
    for address in ("/workshop/priorities/other/", "/workshop/priorities/new/"):
        assert hanna.get(address).status_code == 404
    assert hanna.post("/workshop/priorities/new/", {"code": "mine"}).status_code == 404
    assert signed_in("igor").get(MATRIX).status_code == 403


def test_a_cell_without_a_priority_is_not_published(cast: Cast, signed_in: SignIn) -> None:
    adam = signed_in("adam")
    save(adam, MATRIX, typed_matrix(team_hinders="sky-high"))
    assert "Not ready to be published" in page_of(adam, f"{MATRIX}edit/?check=1")
    assert adam.get(f"{MATRIX}publish/").status_code == 302
    assert not PriorityMatrix.objects.exists()

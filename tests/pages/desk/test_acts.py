"""What is done from the queue: many tickets at once, undo, saved views."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets import actions
from tickets.desk.undo import SALT
from tickets.models import SavedView, Ticket
from tickets.priorities import decided_on

At = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def _monday(cast: Cast, at: At) -> None:
    at(cast.now)


def press(client: Client, tickets: list[Ticket], **said: Any) -> str:
    """Send the selection and read the page that follows."""
    response = client.post("/desk/selected/", {"number": [ticket.number for ticket in tickets], **said}, follow=True)
    assert response.status_code == 200
    return str(response.content.decode())


def toast_of(page: str) -> str:
    return page.split('class="toast', 2)[2].split("</div>", 1)[0]


def undo(client: Client, page: str) -> str:
    token = toast_of(page).split('name="token" value="', 1)[1].split('"', 1)[0]
    return str(client.post("/desk/undo/", {"token": token}, follow=True).content.decode())


def test_many_tickets_are_assigned_at_once_and_given_back(cast: Cast, signed_in: SignIn) -> None:
    first, second = cast.files(), cast.files()
    actions.take(access=cast.sees("igor", second), now=cast.now)
    client = signed_in("igor")
    page = press(client, [first, second], act="assign", assignee="inna")
    assert "Назначены 2\u00a0заявки." in toast_of(page)
    assert set(Ticket.objects.values_list("assignee__login", flat=True)) == {"inna"}
    assert "2\u00a0заявки снова как были." in undo(client, page)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.assignee, second.assignee) == (None, cast.igor)


def test_a_bulk_act_says_which_ticket_was_refused_and_why(cast: Cast, signed_in: SignIn) -> None:
    free, taken, strange = cast.files(), cast.files(), cast.files("ann", "pallet")
    actions.take(access=cast.sees("inna", taken), now=cast.now)
    page = toast_of(press(signed_in("igor"), [free, taken, strange], act="take"))
    assert "1\u00a0заявка теперь ваша." in page
    assert "Inna Agent" in page
    assert f"{strange.number}"[:4] in page
    strange.refresh_from_db()
    assert strange.assignee is None


def test_what_somebody_changed_since_is_not_undone(cast: Cast, signed_in: SignIn) -> None:
    ticket = cast.files()
    client = signed_in("igor")
    page = press(client, [ticket], act="assign", assignee="igor")
    actions.assign(access=cast.sees("hanna", ticket), assignee="inna", now=cast.now)
    assert "toast error" in undo(client, page)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.inna


def test_priorities_are_changed_and_given_back(cast: Cast, signed_in: SignIn) -> None:
    ticket = cast.files()
    client = signed_in("igor")
    page = press(client, [ticket], act="reprioritise", priority="urgent")
    ticket.refresh_from_db()
    assert ticket.priority == "urgent"
    undo(client, page)
    ticket.refresh_from_db()
    assert ticket.priority == "normal"


@pytest.mark.parametrize("asked", [{}, {"impact": "team", "urgency": "hinders"}])
@pytest.mark.parametrize(
    "changed",
    [{"priority": "urgent"}, {"priority": "normal", "impact": "company", "urgency": "stops_work"},
     {"priority": "normal", "impact": "person", "urgency": "hinders"}],
)  # fmt: skip
def test_undo_gives_back_what_the_priority_was_decided_by(
    cast: Cast, signed_in: SignIn, asked: dict[str, str], changed: dict[str, str]
) -> None:
    ticket = cast.files(**asked)
    before = decided_on(ticket)
    client = signed_in("igor")
    page = client.post(f"/desk/tickets/{ticket.number}/reprioritise/", changed, follow=True).content.decode()
    ticket.refresh_from_db()
    assert decided_on(ticket) != before
    undo(client, page)
    ticket.refresh_from_db()
    assert decided_on(ticket) == before
    assert ticket.journey.facts.latest("seq").priority == before.priority, "the clocks follow"


def test_undo_of_many_names_the_matrix_again(cast: Cast, signed_in: SignIn) -> None:
    ticket = cast.files(impact="team", urgency="hinders")
    client = signed_in("igor")
    undo(client, press(client, [ticket], act="reprioritise", priority="urgent"))
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.priority_matrix) == ("normal", 1)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"number": ["x", "9" * 30]},
        {"number": ["1"], "act": "drop"},
        {"number": ["1"], "act": "reprioritise", "priority": "immense"},
        {"number": [str(n) for n in range(51)], "act": "take"},
    ],
)
def test_a_selection_that_means_nothing_is_refused_in_words(
    cast: Cast, signed_in: SignIn, said: dict[str, Any]
) -> None:
    page = signed_in("igor").post("/desk/selected/", said, follow=True).content.decode()
    assert "Ничего не изменено." in toast_of(page)


@pytest.mark.parametrize("token", ["", "forged", "x" * 5000])
def test_only_a_token_of_the_desk_undoes(cast: Cast, signed_in: SignIn, token: str) -> None:
    page = signed_in("igor").post("/desk/undo/", {"token": token}, follow=True).content.decode()
    assert "Отменить это уже нельзя." in page


def test_another_persons_token_undoes_nothing(cast: Cast, signed_in: SignIn) -> None:
    ticket = cast.files()
    token = signing.dumps([cast.igor.pk, "assign", [[ticket.number, ticket.version, "igor"]]], salt=SALT)
    signed_in("inna").post("/desk/undo/", {"token": token})
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_view_is_saved_opened_renamed_deleted_and_put_back(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("igor")
    said = {"name": "Opt Torg, urgent", "f_customer": "opt-torg", "f_priority": "urgent"}
    page = client.post("/desk/views/", said, follow=True)
    assert page.redirect_chain == [("/desk/?customer=opt-torg&priority=urgent", 302)]
    assert "<h1>Opt Torg, urgent" in page.content.decode()
    view = SavedView.objects.get()
    renamed = client.post(f"/desk/views/{view.pk}/", {"name": "Key"}, follow=True).content.decode()
    assert "<h1>Key" in renamed
    deleted = client.post(f"/desk/views/{view.pk}/delete/", follow=True).content.decode()
    assert not SavedView.objects.exists()
    undo(client, deleted)
    assert SavedView.objects.get().filters == {"customer": "opt-torg", "priority": "urgent"}


def test_a_shared_view_is_read_by_colleagues_and_changed_by_its_maker_or_a_head(cast: Cast, signed_in: SignIn) -> None:
    signed_in("igor").post("/desk/views/", {"name": "Ours", "f_due": "late", "department": cast.it.pk})
    view = SavedView.objects.get()
    assert view.department == cast.it
    assert "Ours" in signed_in("inna").get("/desk/").content.decode()
    assert "Ours" not in signed_in("wanda").get("/desk/").content.decode()
    signed_in("inna").post(f"/desk/views/{view.pk}/", {"name": "Hers"})
    assert signed_in("wanda").post(f"/desk/views/{view.pk}/", {"name": "Theirs"}).status_code == 404
    view.refresh_from_db()
    assert view.name == "Ours"
    signed_in("hanna").post(f"/desk/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_view_of_ones_own_is_nobody_elses(cast: Cast, signed_in: SignIn) -> None:
    signed_in("igor").post("/desk/views/", {"name": "CANARY", "f_due": "late"})
    view = SavedView.objects.get()
    assert "CANARY" not in signed_in("inna").get("/desk/").content.decode()
    for path in (f"/desk/views/{view.pk}/", f"/desk/views/{view.pk}/delete/"):
        stranger, unknown = signed_in("inna").post(path, {"name": "x"}), signed_in("inna").post("/desk/views/999999/")
        assert stranger.status_code == unknown.status_code == 404
    assert SavedView.objects.get().name == "CANARY"


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_view_needs_a_name_that_can_be_shown(cast: Cast, signed_in: SignIn, name: str) -> None:
    signed_in("igor").post("/desk/views/", {"name": name, "f_due": "late"}, follow=True)
    assert not SavedView.objects.exists()


def test_a_view_is_not_shared_with_a_department_of_others(cast: Cast, signed_in: SignIn) -> None:
    signed_in("igor").post("/desk/views/", {"name": "Spy", "f_due": "late", "department": cast.warehouse.pk})
    assert not SavedView.objects.exists()


def test_the_filter_form_is_a_page_and_a_part_of_one(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("igor")
    page = client.get("/desk/filter/?customer=opt-torg").content.decode()
    part = client.get("/desk/filter/?customer=opt-torg", headers={"HX-Request": "true"}).content.decode()
    assert "<html" in page
    assert "<html" not in part
    assert '<option value="opt-torg" selected>' in page
    assert '<option value="opt-torg" selected>' in part

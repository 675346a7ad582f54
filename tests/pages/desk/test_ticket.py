"""The page of a ticket for those who work on it: what it shows, what is sent from it, and what is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from catalog.models import Offering, PlannedStage, RequestForm
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets import actions
from tickets.desk.verbs import VERBS
from tickets.models import Event, Ticket

At = Callable[[datetime], None]


@pytest.fixture
def ticket(cast: Cast, at: At) -> Ticket:
    at(cast.now + timedelta(minutes=30))
    return cast.files()


def page_of(signed_in: SignIn, ticket: Ticket, query: str = "", name: str = "hanna") -> str:
    response = signed_in(name).get(f"/tickets/{ticket.number}/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def do(signed_in: SignIn, ticket: Ticket, verb: str, who: str = "hanna", /, **said: object) -> str:
    client = signed_in(who)
    page = client.post(f"/desk/tickets/{ticket.number}/{verb}/", said, follow=True).content.decode()
    ticket.refresh_from_db()
    return str(page)


def test_a_note_and_a_reply_look_unlike_and_say_what_they_are(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    actions.reply(access=cast.sees("igor", ticket), body="to ann", now=cast.now)
    actions.note(access=cast.sees("igor", ticket), body="inside", now=cast.now)
    asked, reply, note = page_of(signed_in, ticket).split("<article")[1:]
    assert asked.startswith(' class="msg"')
    assert reply.startswith(' class="msg ours"')
    assert "Reply to the customer" in reply
    assert note.startswith(' class="msg note"')
    assert "the customer does not see it" in note


def test_each_stage_clock_names_its_department(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    actions.hand_over(access=cast.sees("igor", ticket), department="warehouse", now=cast.now + timedelta(minutes=5))
    page = page_of(signed_in, ticket)
    assert "Stage (IT): " in page
    assert "Stage (Warehouse): " in page


def test_events_stand_between_the_messages_and_many_of_them_are_folded(
    cast: Cast, ticket: Ticket, signed_in: SignIn
) -> None:
    actions.take(access=cast.sees("igor", ticket), now=cast.now + timedelta(minutes=1))
    page = page_of(signed_in, ticket)
    assert "Igor Agent: took it" in page
    assert '<details class="events">' not in page
    for minute, priority in enumerate(("high", "low", "urgent"), 2):
        actions.reprioritise(
            access=cast.sees("igor", ticket), priority=priority, now=cast.now + timedelta(minutes=minute)
        )
    page = page_of(signed_in, ticket)
    assert "4 events in between" in page.split('<details class="events">', 1)[1]
    assert "changed the priority from Normal to High" in page


def test_the_corridor_shows_stages_done_present_and_planned(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    PlannedStage.objects.create(offering=cast.laptop, position=1, department=cast.it, name={"en": "Choose"})
    PlannedStage.objects.create(offering=cast.laptop, position=2, department=cast.warehouse, name={"en": "Bring"})
    before = page_of(signed_in, ticket).split('class="stops down"', 1)[1].split("</ol>", 1)[0]
    assert '<li class="live" aria-current="step">' in before
    assert "planned" in before
    form = page_of(signed_in, ticket, "?do=hand_over")
    assert '<option value="warehouse" selected>Warehouse · promises 6\u00a0h · next in the plan</option>' in form
    do(signed_in, ticket, "hand_over", department="warehouse", body="Please bring it.")
    assert ticket.department == cast.warehouse
    after = page_of(signed_in, ticket).split('class="stops down"', 1)[1].split("</ol>", 1)[0]
    assert after.index('class="done"') < after.index('class="live"')
    assert "Please bring it." in page_of(signed_in, ticket)


def test_answers_stand_in_words_with_the_labels_of_their_form(cast: Cast, signed_in: SignIn) -> None:
    choices = [{"value": "s", "label": {"en": "Small"}}]
    form = RequestForm.objects.create(
        code="choice",
        fields=[
            {"key": "size", "type": "choice", "label": {"en": "Size"}, "choices": choices},
            {"key": "gift", "type": "yes_no", "label": {"en": "A gift"}},
        ],
    )
    Offering.objects.filter(pk=cast.laptop.pk).update(form=form)
    ticket = cast.files(answers={"size": "s", "gift": True})
    page = page_of(signed_in, ticket)
    assert "<dt>Size</dt><dd>Small</dd>" in page
    assert "<dt>A gift</dt><dd>yes</dd>" in page


def test_the_customers_other_tickets_are_only_those_one_may_see(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    cast.files(subject="another of it")
    cast.files("ann", "pallet", subject="CANARY of the warehouse")
    for part in (page_of(signed_in, ticket, "?show=customer"), _part(signed_in, ticket, "customer")):
        assert "another of it" in part
        assert "CANARY" not in part
        assert "2 tickets" in part


def _part(signed_in: SignIn, ticket: Ticket, name: str) -> str:
    answer = signed_in("hanna").get(f"/tickets/{ticket.number}/?show={name}", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    return str(answer.content.decode())


def test_history_tells_every_event_in_words(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    igor = lambda: cast.sees("igor", ticket)  # noqa: E731
    actions.take(access=igor(), now=cast.now)
    actions.wait(access=igor(), reason="supplier", body="We ask them.", now=cast.now)
    actions.resume(access=igor(), now=cast.now)
    actions.assign(access=igor(), assignee="inna", now=cast.now)
    actions.take_charge(access=igor(), metric="resolution", now=cast.now)
    actions.edit(access=igor(), subject="Two laptops", now=cast.now)
    actions.escalate_by_hand(access=igor(), reason="Help.", now=cast.now)
    actions.hand_over(access=igor(), department="warehouse", now=cast.now)
    actions.resolve(access=cast.sees("wanda", ticket), now=cast.now)
    actions.rate(access=cast.sees("ann", ticket), score=4, now=cast.now)
    actions.reopen(access=cast.sees("ann", ticket), now=cast.now)
    actions.withdraw(access=cast.sees("ann", ticket), now=cast.now)
    part = _part(signed_in, ticket, "history")
    kinds = set(Event.objects.filter(ticket=ticket).values_list("kind", flat=True))
    assert part.count("<li") == Event.objects.filter(ticket=ticket).count() >= 15
    for kind in kinds - {"filed", "replied", "waiting", "resumed"}:
        assert f": {kind}<" not in part, kind
    for said in ("assigned it to Inna Agent", "stage 2 begins: Warehouse", "rated it 4 of 5", "“Two laptops”"):
        assert said in part


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_form_opens_as_a_page_and_as_a_part(cast: Cast, ticket: Ticket, signed_in: SignIn, verb: str) -> None:
    if verb in ("resume", "reopen"):
        act = {"resume": "supplier"}.get(verb)
        access = cast.sees("igor", ticket)
        actions.wait(access=access, reason=act, now=cast.now) if act else actions.resolve(access=access, now=cast.now)
    page = page_of(signed_in, ticket, f"?do={verb}")
    assert f'action="/desk/tickets/{ticket.number}/{verb}/"' in page
    answer = signed_in("hanna").get(f"/tickets/{ticket.number}/?do={verb}", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert f"/{verb}/".encode() in answer.content


@pytest.mark.parametrize(
    "verb,said,field,value",
    [
        ("take", {}, "assignee__login", "hanna"),
        ("assign", {"assignee": "inna"}, "assignee__login", "inna"),
        ("wait", {"reason": "supplier"}, "waiting_for", "supplier"),
        ("reprioritise", {"priority": "urgent"}, "priority", "urgent"),
        ("hand_over", {"department": "warehouse"}, "department__code", "warehouse"),
        ("resolve", {"body": "Done."}, "status", "resolved"),
        ("close", {}, "status", "closed"),
    ],
)
def test_every_verb_does_its_act_and_says_so(
    cast: Cast, ticket: Ticket, signed_in: SignIn, verb: str, said: dict[str, str], field: str, value: str
) -> None:
    page = do(signed_in, ticket, verb, **said)
    assert Ticket.objects.filter(pk=ticket.pk).values_list(field, flat=True).get() == value
    assert str(VERBS[verb].done) in page.split('class="toasts"', 1)[1]


def test_waiting_ends_charge_is_taken_the_head_called_and_the_ticket_reopened(
    cast: Cast, ticket: Ticket, signed_in: SignIn
) -> None:
    do(signed_in, ticket, "wait", "igor", reason="customer", body="Which colour?")
    do(signed_in, ticket, "resume", "igor")
    do(signed_in, ticket, "take_charge", "igor", clock="resolution//1")
    do(signed_in, ticket, "escalate", "igor", body="It burns.")
    do(signed_in, ticket, "resolve", "igor")
    do(signed_in, ticket, "reopen", "igor", body="Too early.")
    kinds = list(Event.objects.filter(ticket=ticket).order_by("seq").values_list("kind", flat=True))
    for kind in ("waiting", "resumed", "charge_taken", "called", "resolved", "reopened"):
        assert kind in kinds
    assert ticket.status == "open"


@pytest.mark.parametrize(
    "verb,said",
    [
        ("assign", {"assignee": "wanda"}),
        ("wait", {"reason": "weather", "body": "Typed, not lost"}),
        ("wait", {"reason": "customer", "body": "a\x00b"}),
        ("hand_over", {"department": "nowhere", "body": "Typed, not lost"}),
        ("hand_over", {"department": "", "body": "Typed, not lost"}),
        ("hand_over", {"department": "it"}),
        ("reprioritise", {"priority": "immense"}),
        ("take_charge", {"clock": "resolution//9"}),
        ("take_charge", {"clock": "x"}),
        ("escalate", {"body": ""}),
        ("resume", {}),
        ("reopen", {}),
    ],
)
def test_what_is_refused_changes_nothing_and_gives_back_what_was_typed(
    cast: Cast, ticket: Ticket, signed_in: SignIn, verb: str, said: dict[str, str]
) -> None:
    before = (ticket.version, Event.objects.count())
    response = signed_in("hanna").post(f"/desk/tickets/{ticket.number}/{verb}/", said)
    assert response.status_code in (404, 409, 422)
    page = response.content.decode()
    assert 'role="alert"' in page
    assert said.get("body", "") in page
    ticket.refresh_from_db()
    assert (ticket.version, Event.objects.count()) == before


def test_a_verb_nobody_knows_is_nothing(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    assert signed_in("igor").post(f"/desk/tickets/{ticket.number}/delete/").status_code == 404


def test_verbs_are_for_those_who_work_on_the_ticket(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    for verb in VERBS:
        for who in ("ann", "lena") if verb not in ("reopen", "close") else ("lena",):
            response = signed_in(who).post(f"/desk/tickets/{ticket.number}/{verb}/", {"reason": "customer",
                "priority": "high", "department": "warehouse", "clock": "resolution//1", "body": "x"})  # fmt: skip
            assert response.status_code == 403, (verb, who)
        for who in ("wanda", "dora"):
            response = signed_in(who).post(f"/desk/tickets/{ticket.number}/{verb}/", {"body": "x"})
            assert response.status_code == 404, (verb, who)
    assert Event.objects.filter(ticket=ticket).count() == 2

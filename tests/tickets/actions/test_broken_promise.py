"""A broken promise is answered for: its cause by its head, its exclusion by one and decided by another."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from servicedesk.errors import DeskError
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer
from sla.breach.answering import NotBroken, NotHead, answers_of, count_uncaused, uncaused
from sla.breach.causes import CauseInvalid
from sla.breach.deciding import decided_by
from sla.breach.exclusions import (
    ExclusionInvalid,
    ExclusionStands,
    NoExclusion,
    NotYoursToDecide,
    exclusions_for,
)
from sla.models import BreachCause, Clock, Exclusion, Journey
from sla.sweep import sweep
from tests.cast import Cast
from tests.tickets.clocks import clock, pass_time
from tickets import actions
from tickets.access import NotYours, TicketNotFound
from tickets.actions.take_charge import ClockNotFound
from tickets.models import Event, Notification, Ticket

RESOLUTION = {"metric": "resolution"}


@pytest.fixture
def broken(cast: Cast) -> Ticket:
    """Ann's laptop, promised in eight working hours: a day later it is broken and still open."""
    ticket = cast.files("ann")
    pass_time(cast, hours=30)
    sweep(now=cast.now)
    return ticket


def name(cast: Cast, ticket: Ticket, who: str = "hanna", cause: str = "understaffed", comment: str = "") -> None:
    actions.name_cause(access=cast.sees(who, ticket), metric="resolution", cause=cause, comment=comment, now=cast.now)


def ask(cast: Cast, ticket: Ticket, who: str = "hanna") -> None:
    said = {"ground": "customer", "reason": "They had the parts for a week."}
    actions.ask_exclusion(access=cast.sees(who, ticket), metric="resolution", **said, now=cast.now)


def decide(cast: Cast, ticket: Ticket, who: str = "lena", *, approved: bool = True, answer: str = "") -> None:
    access = cast.sees(who, ticket)
    actions.decide_exclusion(access=access, metric="resolution", approved=approved, answer=answer, now=cast.now)


def test_the_head_names_the_cause_and_the_log_keeps_it(cast: Cast, broken: Ticket) -> None:
    name(cast, broken, cause="supplier", comment="Customs.")
    cause = answers_of(journey=broken.journey)["resolution", "", 1].cause
    assert cause is not None
    assert (cause.cause, cause.comment, cause.by) == ("supplier", "Customs.", cast.hanna)
    event = Event.objects.get(ticket=broken, kind="cause_named")
    assert event.actor == cast.hanna
    assert event.data == {"metric": "resolution", "stage": "", "cycle": 1, "cause": "supplier", "comment": "Customs."}


def test_another_cause_replaces_the_first_and_both_are_kept(cast: Cast, broken: Ticket) -> None:
    name(cast, broken)
    name(cast, broken, cause="supplier")
    rows = BreachCause.objects.order_by("pk").values_list("cause", "is_present")
    assert list(rows) == [("understaffed", False), ("supplier", True)]


def test_a_word_about_a_broken_promise_moves_neither_version_nor_updated_at_and_tells_nobody(
    cast: Cast, broken: Ticket
) -> None:
    before = Ticket.objects.values().get(pk=broken.pk)
    mails = Notification.objects.count()
    name(cast, broken)
    ask(cast, broken)
    after = Ticket.objects.values().get(pk=broken.pk)
    assert after == before | {"last_event_seq": before["last_event_seq"] + 2}
    assert Notification.objects.count() == mails


@pytest.mark.parametrize("who", ["igor", "lena", "wanda"])
def test_nobody_but_its_head_names_the_cause(cast: Cast, broken: Ticket, who: str) -> None:
    if who == "wanda":
        actions.hand_over(access=cast.sees("igor", broken), department="warehouse", now=cast.now)
    with pytest.raises(NotHead):
        name(cast, broken, who)
    with pytest.raises(NotHead):
        ask(cast, broken, who)


def test_the_customers_side_says_nothing_to_it(cast: Cast, broken: Ticket) -> None:
    for act in (name, ask, decide):
        with pytest.raises(NotYours):
            act(cast, broken, "ann")


@pytest.mark.parametrize("cause, comment", [("", ""), ("laziness", ""), ("other", " "), ("other", "x" * 4001)])
def test_a_cause_that_says_nothing_is_refused(cast: Cast, broken: Ticket, cause: str, comment: str) -> None:
    with pytest.raises(CauseInvalid):
        name(cast, broken, cause=cause, comment=comment)
    assert not Event.objects.filter(kind="cause_named").exists()


def test_a_kept_promise_has_no_cause(cast: Cast, broken: Ticket) -> None:
    kept = cast.files("ann")
    with pytest.raises(NotBroken):
        name(cast, kept)
    with pytest.raises(ClockNotFound):
        actions.name_cause(access=cast.sees("hanna", kept), metric="stage", stage="9", cause="other", now=cast.now)


def test_a_head_is_asked_of_what_their_department_broke_until_they_say_why(cast: Cast, broken: Ticket) -> None:
    hanna = cast.viewer("hanna")
    asked = {one.metric for one in uncaused(viewer=hanna, now=cast.now)}
    assert asked == {"taking", "first_response", "stage", "resolution"}
    assert count_uncaused(viewer=hanna, now=cast.now) == 4
    name(cast, broken)
    assert {one.metric for one in uncaused(viewer=hanna, now=cast.now)} == asked - {"resolution"}
    assert count_uncaused(viewer=cast.viewer("igor"), now=cast.now) == 0
    assert not uncaused(viewer=hanna, now=cast.now + timedelta(days=91)).exists()


def test_one_asks_and_another_approves(cast: Cast, broken: Ticket) -> None:
    ask(cast, broken)
    decide(cast, broken, answer="Right.")
    exclusion = Exclusion.objects.get()
    assert (exclusion.state, exclusion.asked_by, exclusion.decided_by) == ("approved", cast.hanna, cast.lena)
    assert clock(broken, "resolution").verdict == "breached", "the raw figure stays what it is"
    kinds = (
        Event.objects.filter(ticket=broken, kind__startswith="exclusion").order_by("seq").values_list("kind", "data")
    )
    assert [kind for kind, _data in kinds] == ["exclusion_asked", "exclusion_decided"]
    assert kinds[1][1]["approved"] is True


def test_nobody_decides_on_their_own_request(cast: Cast, broken: Ticket) -> None:
    ask(cast, broken, "adam")
    with pytest.raises(NotYoursToDecide):
        decide(cast, broken, "adam")
    with pytest.raises(NotYoursToDecide):
        decide(cast, broken, "hanna")
    decide(cast, broken, "lena")
    with transaction.atomic(), pytest.raises(IntegrityError):
        Exclusion.objects.update(decided_by=cast.adam)


def test_declined_it_can_be_asked_for_anew_with_a_better_reason(cast: Cast, broken: Ticket) -> None:
    ask(cast, broken)
    with pytest.raises(ExclusionStands):
        ask(cast, broken)
    with pytest.raises(ExclusionInvalid):
        decide(cast, broken, approved=False)
    decide(cast, broken, approved=False, answer="They answered the same day.")
    with pytest.raises(NoExclusion):
        decide(cast, broken)
    ask(cast, broken)
    assert list(Exclusion.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "asked"]


def test_it_can_be_taken_back_also_when_approved(cast: Cast, broken: Ticket) -> None:
    def take_back(who: str) -> None:
        actions.withdraw_exclusion(access=cast.sees(who, broken), **RESOLUTION, now=cast.now)

    with pytest.raises(NoExclusion):
        take_back("hanna")
    ask(cast, broken)
    decide(cast, broken)
    with pytest.raises(NotYoursToDecide):
        take_back("lena")
    take_back("hanna")
    assert Exclusion.objects.get().state == "withdrawn"


def test_exclusions_are_read_by_whom_they_concern(cast: Cast, broken: Ticket) -> None:
    ask(cast, broken)
    seen = {who: exclusions_for(cast.viewer(who)).count() for who in ("hanna", "lena", "adam", "igor", "wanda")}
    assert seen == {"hanna": 1, "lena": 1, "adam": 1, "igor": 0, "wanda": 0}
    type(broken.journey).objects.update(is_confidential=True)
    assert exclusions_for(cast.viewer("lena")).count() == 0


@pytest.fixture
def secret(cast: Cast, broken: Ticket) -> Ticket:
    """The broken laptop, confidential; IT belongs to a directorate, and Hanna has asked for the exclusion."""
    above = place_customer(customer=Customer(kind="department", code="dir", name="Directorate"), parent=None)
    Customer.objects.filter(pk=cast.it.pk).update(parent=above, path=[above.pk, cast.it.pk])
    Ticket.objects.update(is_confidential=True)
    Journey.objects.update(is_confidential=True)
    ask(cast, broken)
    broken.refresh_from_db()
    return broken


def appoint(cast: Cast, who: str, kind: str, over: str) -> None:
    cast.people[who].roles.create(kind=kind, customer=Customer.objects.get(code=over))


def waits_for(cast: Cast, who: str) -> bool:
    viewer = cast.viewer(who)
    return bool(decided_by(viewer, exclusions_for(viewer)))


@pytest.mark.parametrize("kind", ["head", "deputy"])
def test_on_a_confidential_ticket_those_above_the_department_decide(cast: Cast, secret: Ticket, kind: str) -> None:
    appoint(cast, "ann", kind, "dir")
    appoint(cast, "inna", "deputy", "it")
    appoint(cast, "adam", "agent", "it")
    waits = {who for who in ("ann", "inna", "adam", "lena", "hanna", "igor", "wanda") if waits_for(cast, who)}
    assert waits == {"ann"}
    for who in ("inna", "adam", "hanna", "igor"):
        with pytest.raises(NotYoursToDecide):
            decide(cast, secret, who)
    with pytest.raises(TicketNotFound):
        decide(cast, secret, "lena")
    Ticket.objects.update(requester=cast.carla)
    decide(cast, secret, "ann")
    assert Exclusion.objects.get().decided_by == cast.ann


def test_where_nobody_is_above_another_head_or_deputy_decides(cast: Cast, secret: Ticket) -> None:
    with pytest.raises(NotYoursToDecide):
        decide(cast, secret, "hanna")
    appoint(cast, "wanda", "head", "dir")
    appoint(cast, "inna", "deputy", "it")
    assert (waits_for(cast, "wanda"), waits_for(cast, "inna")) == (True, False)
    cast.wanda.is_active = False
    cast.wanda.save(update_fields=["is_active"])
    assert waits_for(cast, "inna")
    decide(cast, secret, "inna")
    assert Exclusion.objects.get().state == "approved"


def test_what_the_head_above_asks_for_is_decided_below(cast: Cast, secret: Ticket) -> None:
    Exclusion.objects.all().delete()
    appoint(cast, "wanda", "head", "dir")
    ask(cast, secret, "wanda")
    assert (waits_for(cast, "wanda"), waits_for(cast, "hanna")) == (False, True)
    decide(cast, secret, "hanna")


def test_a_refusal_writes_nothing(cast: Cast, broken: Ticket) -> None:
    before = list(Clock.objects.order_by("pk").values()), Event.objects.count()
    for who in ("igor", "lena"):
        with pytest.raises(DeskError):
            ask(cast, broken, who)
    assert (list(Clock.objects.order_by("pk").values()), Event.objects.count()) == before
    assert not Exclusion.objects.exists()

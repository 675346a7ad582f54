from datetime import timedelta

import pytest

from catalog.fields import AnswersInvalid
from servicedesk.people.models import Role
from sla.models import Clock, Journey
from tests.cast import Cast
from tests.tickets.clocks import clock, facts, states
from tickets.actions.file_request import OfferingNotFound, OnBehalfForbidden
from tickets.actions.text import TextInvalid
from tickets.attachments import AttachmentNotFound, upload
from tickets.models import Event, Message, Ticket


def test_a_request_becomes_a_ticket_with_its_promise_and_a_receipt(cast: Cast) -> None:
    ticket = cast.files("ann")
    assert facts(ticket) == ["filed", "stage_started"]
    assert states(ticket) == dict.fromkeys(("first_response", "resolution", "stage 1", "taking"), "running")
    assert clock(ticket, "resolution").due_at == cast.now + timedelta(hours=8)
    assert [(owed.kind, owed.person.login) for owed in ticket.notifications.all()] == [("filed", "ann")]


def test_the_first_message_is_public_and_from_the_requester(cast: Cast) -> None:
    message = Message.objects.get(ticket=cast.files("ann"))
    assert (message.kind, message.author, message.from_provider) == ("reply", cast.ann, False)


def test_every_event_that_concerns_a_promise_is_named_by_one_fact(cast: Cast) -> None:
    ticket = cast.files("ann")
    events = Event.objects.filter(ticket=ticket).order_by("seq").values_list("pk", flat=True)
    assert list(ticket.journey.facts.order_by("seq").values_list("event_id", flat=True)) == list(events)


def test_an_urgent_request_is_promised_sooner(cast: Cast) -> None:
    assert clock(cast.files("ann", priority="urgent"), "resolution").target_seconds == 4 * 3600


def test_without_an_agreement_there_is_no_clock_and_the_ticket_is_filed(cast: Cast) -> None:
    ticket = cast.files("ann", "pallet")
    assert states(ticket) == {}
    assert ticket.journey.agreement_id is None


def test_the_number_has_eight_digits_and_follows_no_sequence(cast: Cast) -> None:
    numbers = [cast.files("ann").number for _ in range(5)]
    assert all(10_000_000 <= number < 100_000_000 for number in numbers)
    assert len({later - earlier for earlier, later in zip(numbers, numbers[1:], strict=False)}) == 4


@pytest.mark.parametrize(("who", "offering"), [("carla", "laptop"), ("ann", "no-such"), ("ann", "nul\x00")])
def test_what_is_not_offered_to_this_person_does_not_exist_for_them(cast: Cast, who: str, offering: str) -> None:
    with pytest.raises(OfferingNotFound):
        cast.files(who, offering)
    assert not Ticket.objects.exists()


def test_a_withdrawn_service_takes_no_requests(cast: Cast) -> None:
    cast.hardware.is_active = False
    cast.hardware.save()
    with pytest.raises(OfferingNotFound):
        cast.files("ann")


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"model": "17"}, "model"),
        ({"model": "13", "why": "Because."}, "why"),
        ({"colour": "red"}, "colour"),
        ({"model": ["13"]}, "model"),
    ],
)
def test_answers_that_do_not_fit_the_form_are_named_and_nothing_is_filed(cast: Cast, answers: dict, field: str) -> None:
    with pytest.raises(AnswersInvalid) as refused:
        cast.files("ann", answers=answers)
    assert list(refused.value.values["problems"]) == [field]
    assert not Ticket.objects.exists()
    assert not Journey.objects.exists()


@pytest.mark.parametrize("body", ["", "   ", "nul \x00", "x" * 100_001])
def test_a_text_that_cannot_be_used_is_refused_before_anything_is_written(cast: Cast, body: str) -> None:
    with pytest.raises(TextInvalid):
        cast.files("ann", body=body)
    assert not Ticket.objects.exists()


def test_an_agent_files_for_a_client_and_owes_no_first_response(cast: Cast) -> None:
    ticket = cast.files("igor", "help", on_behalf_of="carla")
    assert (ticket.requester, ticket.filed_by, ticket.customer) == (cast.carla, cast.igor, cast.opt_torg)
    assert "running" not in {row.state for row in Clock.objects.filter(journey=ticket.journey, metric="first_response")}


def test_an_account_manager_files_for_their_client_and_a_first_response_is_owed(cast: Cast) -> None:
    ticket = cast.files("alex", "help", on_behalf_of="carla")
    assert (ticket.requester, ticket.filed_by) == (cast.carla, cast.alex)
    assert states(ticket)["first_response"] == "running"


def test_an_agent_of_another_department_cannot_file_for_a_client(cast: Cast) -> None:
    with pytest.raises(OnBehalfForbidden):
        cast.files("wanda", "help", on_behalf_of="carla")
    assert not Ticket.objects.exists()


def test_whoever_filed_for_another_follows_the_ticket_also_when_they_work_elsewhere(cast: Cast) -> None:
    ticket = cast.files("igor", "help", on_behalf_of="carla")
    Role.objects.filter(person=cast.igor).delete()
    access = cast.sees("igor", ticket)
    assert (access.side, access.is_agent, access.is_customer) == ("customer", False, True)


def test_an_employee_cannot_file_in_another_persons_name(cast: Cast) -> None:
    with pytest.raises(OnBehalfForbidden):
        cast.files("ann", on_behalf_of="hanna")


def test_a_file_is_named_by_the_message_it_was_uploaded_for_and_by_no_other(cast: Cast) -> None:
    photo = upload(uploader=cast.ann, name="../photo.png", content_type="image/png", content=b"png", now=cast.now)
    ticket = cast.files("ann", attachments=[photo.pk])
    photo.refresh_from_db()
    assert (photo.message.ticket, photo.name) == (ticket, "photo.png")
    with pytest.raises(AttachmentNotFound):
        cast.files("ann", attachments=[photo.pk])
    assert Ticket.objects.count() == 1


def test_a_strangers_upload_cannot_be_named(cast: Cast) -> None:
    photo = upload(uploader=cast.dora, name="photo.png", content_type="image/png", content=b"png", now=cast.now)
    with pytest.raises(AttachmentNotFound):
        cast.files("ann", attachments=[photo.pk])
    assert not Ticket.objects.exists()

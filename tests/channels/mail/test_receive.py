"""What becomes of a mail: a message of whoever wrote it, or something held or ignored for a reason that is kept."""

import pytest

from servicedesk.people.models import Customer, Person
from tests.channels.mail.conftest import ADDRESS, Post
from tickets import actions
from tickets.models import InboundMail, Message, Notification, Ticket


def outcome(mail: InboundMail) -> tuple[str, str]:
    return mail.state, mail.reason


def text_of(mail: InboundMail) -> str:
    assert mail.message is not None, outcome(mail)
    return mail.message.body


def test_a_client_writes_and_a_ticket_appears(post: Post) -> None:
    mail = post.receive(post.mail("carla", "It does not print.\n\nOn Mon, 2 Mar 2026, Desk <d@x.y> wrote:\n> old"))
    assert outcome(mail) == ("message", "")
    ticket, message = Ticket.objects.get(), Message.objects.get()
    assert (ticket.subject, ticket.requester, ticket.offering.slug) == ("The printer", post.cast.carla, "help")
    assert (message.body, message.channel, message.author) == ("It does not print.", "mail", post.cast.carla)
    assert message.quoted.startswith("On Mon, 2 Mar 2026")
    assert (mail.ticket, mail.message, mail.person) == (ticket, message, post.cast.carla)

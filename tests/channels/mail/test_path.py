"""A client's whole way by mail: writes, is asked, answers, hears that it is done, and says how it went."""

import re

from django.test import Client

from tests.cast import Cast
from tests.channels.mail.conftest import ADDRESS, Post
from tests.letters import text_of
from tickets import actions
from tickets.invariants import check_invariants
from tickets.models import Message, Ticket


def test_a_client_asks_is_asked_back_and_rates_all_by_mail(post: Post, cast: Cast, client: Client) -> None:
    words = "Принтер не печатает.\n\nС уважением,\nКарла"
    post.receive(post.mail("carla", words, Subject="Принтер", Message_ID="<1@x.example>"))
    ticket = Ticket.objects.get()
    (receipt,) = post.sent_to("carla")
    assert f"№ {ticket.number}" in text_of(receipt)
    assert "первый ответ — до 2 марта, 14:00 (Понедельник)" in text_of(receipt)
    assert f"http://localhost:8000/tickets/{ticket.number}/" in text_of(receipt)
    assert (receipt["In-Reply-To"], receipt["From"]) == ("<1@x.example>", f"Opt-Snab <{ADDRESS}>")

    actions.note(access=cast.sees("igor", ticket), body="CANARY-INT", now=cast.now)
    actions.wait(access=cast.sees("igor", ticket), reason="customer", body="Какой именно?", now=cast.now)
    asked = next(mail for mail in post.sent_to("carla") if "Какой именно?" in text_of(mail))
    quoted = "\n".join(f"> {line}" for line in text_of(asked).splitlines())
    answer = f"Левый.\n\nпн, 2 мар. 2026 г. в 10:05, Opt-Snab <{ADDRESS}>:\n{quoted}"
    headers = {"In-Reply-To": asked["Message-ID"], "Subject": f"Re: {asked['Subject']}"}
    post.receive(post.mail("carla", answer, to=asked["Reply-To"], **headers))
    ticket.refresh_from_db()
    assert (ticket.status, Ticket.objects.count()) == ("open", 1)
    message = Message.objects.latest("pk")
    assert message.body == "Левый."
    assert "Какой именно?" in message.quoted

    actions.resolve(access=cast.sees("igor", ticket), body="Готово.", now=cast.now)
    done = next(mail for mail in post.sent_to("carla") if "Как всё прошло?" in text_of(mail))
    found = re.search(r"http://localhost:8000(/survey/[\w-]+/)\?score=5", text_of(done))
    assert found is not None
    client.post(f"{found.group(1)}answer/", {"score": "5"})
    ticket.refresh_from_db()
    assert ticket.score == 5
    letters = [text_of(mail) + str(mail) for mail in post.sent_to("carla")]
    assert not any(secret in letter for letter in letters for secret in ("CANARY", "Igor", "igor"))
    assert [finding for finding in check_invariants() if finding.violations] == []

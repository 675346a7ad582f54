from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from servicedesk.people.models import Desk
from tests.cast import Cast
from tests.faults.sink import Sink, open_sink
from tests.owed.conftest import desk
from tickets.channels.mail.quarantine import hold_given_up
from tickets.channels.mail.receive import receive_mail
from tickets.channels.mail.send import send_notification
from tickets.channels.mail.store import store_mail
from tickets.models import InboundMail, Notification

__all__ = ["desk"]
ADDRESS = "desk@company.example"


class Post:
    """Mail to and from the desk: what a worker would do with it, in the test's own thread."""

    def __init__(self, cast: Cast, sink: Sink) -> None:
        self.cast, self.sink = cast, sink

    def mail(
        self, who: str = "carla", text: str = "It does not print.", to: str = ADDRESS, **more: str
    ) -> EmailMessage:
        """A mail as a mail program writes it; further headers by name, `_` for `-`; "" leaves one out."""
        mail = EmailMessage()
        said = {
            "From": f"{who.title()} <{who}@example.org>" if "@" not in who else who,
            "To": to,
            "Subject": "The printer",
            "Date": "Mon, 02 Mar 2026 10:00:00 +0300",
            "Message-ID": f"<{abs(hash((who, text, to, *more.values())))}@mail.example>",
        } | {name.replace("_", "-"): value for name, value in more.items()}
        for name, value in said.items():
            if value:
                mail[name] = value
        mail.set_content(text)
        return mail

    def receive(self, mail: EmailMessage | bytes) -> InboundMail:
        """Kept and read; the row as it stands then."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        stored = store_mail(raw=raw, source="api", now=database_now())
        self.read()
        return InboundMail.objects.get(pk=stored.pk)

    def read(self) -> None:
        for one in owed.claim(model=InboundMail, now=database_now(), limit=100):
            attempt(model=InboundMail, pk=one.pk, claim=one.claim, work=receive_mail)
        hold_given_up()

    def send(self) -> None:
        for one in owed.claim(model=Notification, now=database_now(), limit=1000):
            attempt(model=Notification, pk=one.pk, claim=one.claim, work=send_notification)

    def sent_to(self, who: str) -> list[Any]:
        """Every mail this person got so far, oldest first."""
        self.send()
        pairs = zip(self.sink.mails, self.sink.recipients, strict=True)
        return [mail for mail, to in pairs if to == (who if "@" in who else f"{who}@example.org")]


@pytest.fixture
def post(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    sink, server = open_sink()
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{server.port}")
    Desk.objects.update_or_create(pk=1, defaults={"name": "Opt-Snab", "sender": ADDRESS, "opened_at": desk.cast.now})
    yield Post(desk.cast, sink)
    server.stop()

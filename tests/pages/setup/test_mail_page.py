"""Mail settings: kept, never shown again with their password, and really tried."""

import imaplib
import socket
from collections.abc import Iterator

import pytest
from django.test import Client

from servicedesk import mail_settings
from servicedesk.people.models import Desk
from tests.cast import Cast
from tests.channels.mail.mailbox import PASSWORD, USER, Mailbox
from tests.faults.sink import Sink, free_port
from tests.pages.conftest import SignIn


@pytest.fixture
def client(cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The administrator of an open desk whose environment says nothing of mail."""
    for name in ("EMAIL_URL", "INBOX_URL", "EMAIL_SENDER"):
        monkeypatch.delenv(name, raising=False)
    Desk.objects.create(name="Daisy", opened_at=cast.now)
    return signed_in("adam")


def typed(**changes: object) -> dict[str, object]:
    said = {"out_scheme": "smtp", "in_scheme": "imap", "sender": "desk@example.org"}
    return {**said, **changes}


def kept(client: Client, **changes: object) -> str:
    return client.post("/setup/mail/", typed(**changes), follow=True).content.decode()


def test_servers_are_kept_as_addresses(client: Client) -> None:
    kept(client, out_host="mail.example.org", out_scheme="smtps", out_user="d@x.org", out_password="p:/@ß")
    parts = mail_settings.outgoing()
    assert parts is not None
    assert (parts.scheme, parts.hostname, parts.port) == ("smtps", "mail.example.org", 465)
    assert mail_settings.sender() == "Daisy <desk@example.org>"


def test_a_password_is_kept_and_never_shown(client: Client) -> None:
    page = kept(client, out_host="mail.example.org", out_user="desk", out_password="hunter2")
    assert "hunter2" not in page
    kept(client, out_host="mail.example.org", out_user="desk", out_port="2525")
    assert Desk.objects.get().email_url == "smtp://desk:hunter2@mail.example.org:2525"


@pytest.mark.parametrize("change", [{"out_user": "eve"}, {"out_host": "evil.example.org"}])
def test_a_kept_password_goes_to_nobody_else(client: Client, change: dict[str, str]) -> None:
    known = {"out_host": "mail.example.org", "out_user": "desk"}
    kept(client, **known, out_password="hunter2")
    kept(client, **known | change)
    assert "hunter2" not in Desk.objects.get().email_url


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"out_host": "no host"}, "no name of a server"),
        ({"out_host": "a@b"}, "no name of a server"),
        ({"out_host": "mail.example.org/x"}, "no name of a server"),
        ({"out_host": "a..b"}, "no name of a server"),
        ({"in_host": "a..b"}, "no name of a server"),
        ({"in_host": f"{'x' * 64}.example.org"}, "no name of a server"),
        ({"out_host": "x" * 150, "out_user": "y" * 190}, "no name of a server"),
        ({"in_host": "mail.example.org", "in_port": "99999"}, "from 1 to 65535"),
        ({"in_host": "mail.example.org", "in_port": "٣"}, "from 1 to 65535"),
        ({"out_host": "mail.example.org", "sender": ""}, "Give the address"),
        ({"sender": "nobody"}, "Give the address"),
    ],
)
def test_what_cannot_be_comes_back_with_its_reason(client: Client, change: dict[str, str], sentence: str) -> None:
    page = client.post("/setup/mail/", typed(**change))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Desk.objects.get().email_url == Desk.objects.get().inbox_url == ""


def test_the_environment_wins_and_is_said_without_its_password(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://u:hunter2@fixed.example.org")
    page = kept(client, out_host="other.example.org")
    assert "fixed.example.org" in page
    assert "hunter2" not in page
    assert Desk.objects.get().email_url == ""
    parts = mail_settings.outgoing()
    assert parts is not None
    assert parts.hostname == "fixed.example.org"


def test_trying_sends_a_mail_to_who_asks(client: Client, sink: tuple[Sink, int]) -> None:
    page = kept(client, out_host="127.0.0.1", out_port=sink[1], **{"try": "1"})
    assert "handed over for adam@example.org" in page
    assert "No server is set, so nothing was tried." in page
    assert sink[0].recipients == ["adam@example.org"]
    assert sink[0].mails[0]["From"] == "Daisy <desk@example.org>"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"out_host": "127.0.0.1", "out_port": 1}, "does not answer on that port"),
        ({"out_host": "no-such-host.invalid"}, "no server of that name"),
        ({"out_scheme": "smtps"}, "The encryption failed"),
        ({"out_scheme": "smtp+tls"}, "The encryption failed"),
        ({"out_user": "desk", "out_password": "x"}, "The encryption failed"),
    ],
)
def test_a_trial_that_fails_says_what_to_do(
    client: Client, sink: tuple[Sink, int], change: dict[str, object], sentence: str
) -> None:
    said = {"out_host": "127.0.0.1", "out_port": sink[1], "try": "1", **change}
    assert sentence in kept(client, **said)
    assert sink[0].mails == []


def test_a_name_that_cannot_be_looked_up_is_said_also_when_the_environment_has_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://a..b")
    monkeypatch.setenv("INBOX_URL", "imap://desk:secret@a..b")
    assert kept(client, **{"try": "1"}).count("There is no server of that name.") == 2


def test_a_server_that_refuses_is_quoted(client: Client, sink: tuple[Sink, int]) -> None:
    sink[0].refuse = "554 policy: no"
    page = kept(client, out_host="127.0.0.1", out_port=sink[1], **{"try": "1"})
    assert "The server refused: policy: no" in page


def test_a_silent_server_does_not_hold_the_page_for_ever(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.channels.mail.trial.PATIENCE", 0.3)
    monkeypatch.setattr("tickets.channels.mail.send.TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        page = kept(client, out_host="127.0.0.1", out_port=port, in_host="127.0.0.1", in_port=port, **{"try": "1"})
    assert page.count("did not answer within 10 seconds") == 2


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    opened = Mailbox()
    yield opened
    opened.process.terminate()
    opened.process.wait()


def test_the_mailbox_is_opened_with_the_right_password_only(client: Client, mailbox: Mailbox) -> None:
    box = {"in_host": "127.0.0.1", "in_port": mailbox.port, "in_user": USER, "try": "1"}
    assert "does not accept this user and password" in kept(client, **box, in_password="wrong")
    assert "The mailbox opens; mails in it:" in kept(client, **box, in_password=PASSWORD)
    assert "does not answer on that port" in kept(client, **box | {"in_port": free_port()}, in_password=PASSWORD)


def test_the_folder_that_the_address_names_is_the_one_opened(
    client: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with imaplib.IMAP4("127.0.0.1", mailbox.port) as people:
        people.login(USER, PASSWORD)
        assert people.create('"To &BEE- desk"')[0] == "OK"
    mailbox.put(b"Subject: one more\n\nWords.\n")
    monkeypatch.setenv("INBOX_URL", mailbox.url)
    assert f"mails in it: {mailbox.count('ALL')}." in kept(client, **{"try": "1"})
    monkeypatch.setenv("INBOX_URL", f"{mailbox.url}/To%20%D1%81%20desk")
    assert "The mailbox opens; mails in it: 0." in kept(client, **{"try": "1"})
    monkeypatch.setenv("INBOX_URL", f"{mailbox.url}/%D0%9D%D0%B5%D1%82%20here")
    assert "the mailbox has no folder Нет here." in kept(client, **{"try": "1"})

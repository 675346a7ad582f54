"""Whatever comes: it is kept, it is somewhere to be found, and the next mail is read."""

from collections.abc import Iterator

import pytest

from tests.channels.mail.conftest import Post
from tickets.channels.mail import receive
from tickets.channels.mail.parse import Parsed, parse_mail
from tickets.models import InboundMail, Message, Ticket

FROM = b"From: Carla <carla@example.org>\n"
#: Name of the mail, its bytes, and what becomes of it: its state, or the text of its message.
BAD: dict[str, tuple[bytes, str]] = {
    "nothing at all": (b"\n", "quarantine"),
    "no headers": (b"just words\nand more", "quarantine"),
    "no From": (b"Subject: x\n\nhello", "quarantine"),
    "two From": (FROM + b"From: dora@example.org\n\nhello", "quarantine"),
    "two addresses in From": (b"From: carla@example.org, dora@example.org\n\nhello", "quarantine"),
    "an address with letters no address has": ("From: herzlicheglückwünsche@local\n\nhi".encode(), "quarantine"),
    "no Message-ID, Date or Subject": (FROM + b"\nhello", "hello"),
    "no body": (FROM + b"Subject: Only this\n", "(без текста)"),
    "unknown charset": (FROM + b"Content-Type: text/plain; charset=klingon-7\n\n\xd0\xb4\xd0\xb0", "да"),
    "wrong charset": (FROM + b"Content-Type: text/plain; charset=us-ascii\n\n\xd0\xb4\xd0\xb0", "да"),
    "cp1251 called utf-8": (FROM + b"Content-Type: text/plain; charset=utf-8\n\n\xef\xf0\xe8\xe2\xe5\xf2", "привет"),
    "koi8-r": (FROM + b"Content-Type: text/plain; charset=koi8-r\n\n\xd0\xd2\xc9\xd7\xc5\xd4", "привет"),
    "no charset": (FROM + b"\n\xef\xf0\xe8\xe2\xe5\xf2", "привет"),
    "broken base64": (FROM + b"Content-Transfer-Encoding: base64\n\n###aGVsbG8", "hello"),
    "an unknown encoding": (FROM + b"Content-Transfer-Encoding: rot13\n\nuryyb", "uryyb"),
    "NUL in the text": (FROM + b"\nhel\x00lo", "hel\ufffdlo"),
    "only HTML": (
        FROM + b"Content-Type: text/html\n\n<p>Hello <b>you</b></p><script>alert(1)</script><p onclick=x>there</p>",
        "Hello you\n\nthere",
    ),
    "HTML that is not closed": (FROM + b"Content-Type: text/html\n\n<div><b>Hello<br>you", "Hello\nyou"),
    "a boundary that never comes": (FROM + b"Content-Type: multipart/mixed; boundary=b\n\nhello", "hello"),
    "a boundary of nothing": (FROM + b"Content-Type: multipart/mixed\n\nhello", "hello"),
    "ten thousand parts": (
        FROM + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000 + b"--b--",
        "quarantine",
    ),
    "nested five hundred deep": (
        FROM + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(500)),
        "quarantine",
    ),
    "a header that never ends": (FROM + b"Subject: " + b"(" * 200_000 + b"\n\nhello", "hello"),
    "comments in comments in From": (b"From: " + b"(" * 50_000 + b"carla@example.org\n\nhello", "quarantine"),
    "a header of raw bytes": (FROM + b"Subject: \xef\xf0\xe8\xe2\xe5\xf2\n\nhello", "hello"),
    "a date before time": (FROM + b"Date: Mon, 99 Foo 0000 99:99:99 +9999\n\nhello", "hello"),
    "a Message-ID of raw bytes": (FROM + b"Message-ID: <\xff\xfe@x>\n\nhello", "hello"),
    "references without end": (FROM + b"References: " + b"<a@b> " * 20_000 + b"\n\nhello", "hello"),
    "a line break in the subject": (FROM + b"Subject: =?utf-8?q?a=0d=0aBcc:_x@y?=\n\nhello", "hello"),
    "a subject of six hundred letters": (FROM + b"Subject: " + b"x" * 600 + b"\n\nhello", "hello"),
    "junk for an encoded word": (FROM + b"Subject: =?utf-8?b?###?= =?x?y?z?=\n\nhello", "hello"),
    "a mail in a mail": (
        FROM + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\n"
        b"Subject: inner\n\nold\n--b--",
        "see",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_mail_is_a_message_or_is_held(post: Post, name: str) -> None:
    raw, expected = BAD[name]
    mail = post.receive(raw)
    if expected == "quarantine":
        assert (mail.state, bool(mail.reason), Ticket.objects.count()) == ("quarantine", True, 0)
        return
    assert mail.message is not None, (mail.reason, mail.last_error)
    assert mail.message.body == expected
    assert mail.ticket is not None
    assert 0 < len(mail.ticket.subject) <= 300
    assert "\n" not in mail.ticket.subject
    receipts = post.sent_to("carla")
    assert [sent["Bcc"] for sent in receipts] == [None]


def test_none_of_them_stops_the_next(post: Post) -> None:
    for raw, _ in BAD.values():
        post.receive(raw)
    assert post.receive(post.mail("dora", "And mine?")).state == "message"
    assert not InboundMail.objects.filter(state="new").exists()
    assert InboundMail.objects.count() == len(BAD) + 1


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def broken(raw: bytes, *, authserv_id: str = "") -> Parsed:
        if b"break" in raw:
            raise MemoryError
        return parse_mail(raw, authserv_id=authserv_id)

    monkeypatch.setattr(receive, "parse_mail", broken)
    return


def test_a_parser_that_fails_holds_that_mail_only(post: Post, breaking: None) -> None:
    texts = [f"{'break' if number % 5 == 0 else 'fine'} {number}" for number in range(10)]
    states = [post.receive(post.mail("carla", text)) for text in texts]
    assert [mail.state for mail in states].count("message") == 8
    assert {mail.reason for mail in states if mail.state == "quarantine"} == {"unreadable"}


def test_markup_in_a_mail_is_text_on_the_page(post: Post, client: object) -> None:
    hostile = "<img src=x onerror=alert(1)> {{ settings.SECRET_KEY }} {% debug %}"
    mail = post.receive(post.mail("carla", hostile, Subject=hostile))
    assert mail.message is not None
    assert mail.message.body == hostile
    assert Message.objects.get().body == hostile

"""The mailbox: what is in it becomes messages, each once, whoever looks and however often."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from tests.channels.mail.conftest import Post
from tests.channels.mail.mailbox import Mailbox
from tests.owed.desk import WorkingDesk
from tickets.channels.mail import fetch, store
from tickets.models import InboundMail, Inbox, Message


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    yield mailbox
    mailbox.close()


@pytest.fixture
def mailbox(server: Mailbox, post: Post, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """The mailbox with nothing unseen in it."""
    monkeypatch.setenv("INBOX_URL", server.url)
    if server.count("UNSEEN"):
        visit()
        InboundMail.objects.all().delete()
    return server


def visit() -> int:
    """What a worker does when a visit is due; returns how many it could claim."""
    fetch.open_inbox(now=database_now())
    claimed = owed.claim(model=Inbox, now=database_now(), limit=10)
    for one in claimed:
        attempt(model=Inbox, pk=one.pk, claim=one.claim, work=fetch.fetch_inbox)
    return len(claimed)


def test_what_is_in_the_mailbox_becomes_messages(mailbox: Mailbox, post: Post) -> None:
    mailbox.put(*(post.mail("carla", f"Number {number}").as_bytes() for number in range(3)))
    assert visit() == 1
    post.read()
    assert sorted(Message.objects.values_list("body", flat=True)) == ["Number 0", "Number 1", "Number 2"]
    assert mailbox.count("UNSEEN") == 0
    assert Inbox.objects.get().mails == 3
    assert {mail.source for mail in InboundMail.objects.all()} == {"imap"}


def test_a_mail_read_anew_by_people_is_no_new_message(mailbox: Mailbox, post: Post, desk: WorkingDesk) -> None:
    mailbox.put(post.mail("carla", "Once.").as_bytes())
    visit()
    post.read()
    mailbox.unsee()
    desk.passes(timedelta(seconds=11))
    assert visit() == 1
    post.read()
    assert Message.objects.filter(body="Once.").count() == 1
    assert mailbox.count("UNSEEN") == 0


def test_only_one_of_two_workers_visits(mailbox: Mailbox, post: Post) -> None:
    fetch.open_inbox(now=database_now())
    fetch.open_inbox(now=database_now())
    assert len(owed.claim(model=Inbox, now=database_now(), limit=10)) == 1
    assert visit() == 0


def test_the_next_visit_is_due_in_ten_seconds(mailbox: Mailbox, post: Post, desk: WorkingDesk) -> None:
    assert visit() == 1
    assert visit() == 0
    desk.passes(timedelta(seconds=11))
    assert visit() == 1


def test_a_full_mailbox_is_visited_again_at_once(mailbox: Mailbox, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "AT_ONCE", 2)
    mailbox.put(*(post.mail("carla", f"Many {number}").as_bytes() for number in range(3)))
    assert (visit(), mailbox.count("UNSEEN")) == (1, 1)
    assert (visit(), mailbox.count("UNSEEN")) == (1, 0)


@pytest.mark.parametrize(
    "broken", ["imap://desk:wrong@127.0.0.1:{port}", "imap://desk:secret@127.0.0.1:1", "imap://desk:secret@a..b"]
)
def test_a_mailbox_that_is_away_is_tried_again_for_ever(
    mailbox: Mailbox, post: Post, desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setenv("INBOX_URL", broken.format(port=mailbox.port))
    for _ in range(5):
        assert visit() == 1
        desk.passes(timedelta(seconds=16))
    inbox = Inbox.objects.get()
    assert (inbox.failed_at, inbox.attempts) == (None, 0)
    assert inbox.last_error.startswith("The mailbox cannot be read")
    assert "wrong" not in inbox.last_error
    monkeypatch.setenv("INBOX_URL", mailbox.url)
    assert visit() == 1
    assert Inbox.objects.get().last_error == ""


def test_a_mail_too_large_is_held_with_its_headers(
    mailbox: Mailbox, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "LARGEST_MAIL", 2000)
    monkeypatch.setattr(store, "LARGEST_MAIL", 2000)
    monkeypatch.setattr(store, "HEAD", 1000)
    monkeypatch.setattr(fetch, "HEAD", 1000)
    mailbox.put(post.mail("carla", "x" * 3000).as_bytes())
    visit()
    mail = InboundMail.objects.get()
    assert (mail.state, mail.reason) == ("quarantine", "too_large")
    assert mail.size > 3000
    assert len(store.raw_of(mail)) == 1000
    assert mailbox.count("UNSEEN") == 0


def test_what_cannot_be_marked_as_seen_was_kept_before(
    mailbox: Mailbox, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imap_tools.BaseMailBox.flag", lambda *args: (_ for _ in ()).throw(OSError("cut off")))
    mailbox.put(post.mail("carla", "Kept.").as_bytes())
    visit()
    assert InboundMail.objects.count() == 1
    assert mailbox.count("UNSEEN") == 1

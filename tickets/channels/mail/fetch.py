"""The mailbox of INBOX_URL: each mail is kept first, and only then marked as seen there."""

import imaplib
import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from urllib.parse import SplitResult, unquote

from django.db.models import F
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from servicedesk import mail_settings, owed
from servicedesk.clock import database_now
from servicedesk.crash import crash
from tickets.channels.mail.store import HEAD, LARGEST_MAIL, store_mail
from tickets.models import InboundMail, Inbox

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=10)  # between two visits to an empty mailbox
AT_ONCE = 200  # mails a visit
LONGEST_VISIT = 30.0  # seconds; well below the lease
TIMEOUT = 15  # seconds for one answer of the server
SIZE = re.compile(rb"UID (\d+).*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)", re.DOTALL)
AWAY = (OSError, imaplib.IMAP4.error, ImapToolsError, UnicodeError)  # a..b is no name that can be looked up


def open_inbox(*, now: datetime) -> None:
    """The one row that visits are owed by; every worker sees to it that it is there."""
    if not Inbox.objects.exists():
        Inbox.objects.get_or_create(pk=1, defaults={"due_at": now})


def fetch_inbox(*, pk: int, claim: int, now: datetime) -> None:
    """Take over what is unseen in the mailbox, and owe the next visit. Raises NotNow when the server is away."""
    parts = mail_settings.incoming()
    if parts is None:
        raise owed.NotNow(reason="INBOX_URL is not set.")
    try:
        with open_mailbox(parts) as mailbox:
            taken, is_empty = take_mails(mailbox, name=f"{parts.hostname}{parts.path}", now=now)
    except AWAY as error:
        raise owed.NotNow(reason=f"The mailbox cannot be read: {error}") from error
    done = database_now()
    due_at = done + EVERY if is_empty else done
    owed.put_back(model=Inbox, pk=pk, claim=claim, due_at=due_at, mails=F("mails") + taken, fetched_at=done)


@contextmanager
def open_mailbox(parts: SplitResult) -> Iterator[BaseMailBox]:
    """The mailbox of this address (imap or imaps, folder in the path), signed in to. Raises what AWAY names."""
    kind = MailBox if parts.scheme == "imaps" else MailBoxUnencrypted
    mailbox = kind(parts.hostname or "", parts.port or mail_settings.PORTS[parts.scheme], timeout=TIMEOUT)
    try:
        mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""), initial_folder=folder_of(parts))
        yield mailbox
    finally:
        with suppress(*AWAY):
            mailbox.logout()


def folder_of(parts: SplitResult) -> str:
    """The folder that a mailbox's address names in its path."""
    return unquote(parts.path.strip("/")) or "INBOX"


def take_mails(mailbox: BaseMailBox, *, name: str, now: datetime) -> tuple[int, bool]:
    """Keep what is unseen, each mail in a transaction of its own; how many were new, and whether that was all."""
    begun = time.monotonic()
    uids = mailbox.uids("UNSEEN")
    sizes = _sizes(mailbox, uids[:AT_ONCE])
    taken = 0
    for uid in uids[:AT_ONCE]:
        if time.monotonic() - begun > LONGEST_VISIT:
            return taken, False
        taken += _take(mailbox, uid, sizes.get(uid, 0), name, now)
    return taken, len(uids) <= AT_ONCE


def _take(mailbox: BaseMailBox, uid: str, size: int, name: str, now: datetime) -> bool:
    raw = _raw(mailbox, uid, is_too_large=size > LARGEST_MAIL)
    if raw is None:  # taken away by somebody meanwhile
        return False
    crash("fetch:fetched")
    total = max(size, len(raw))
    stored = store_mail(raw=raw, source=InboundMail.Source.IMAP, now=now, mailbox=name, uid=uid, size=total)
    crash("fetch:stored")
    mailbox.flag([uid], "\\Seen", True)
    crash("fetch:flagged")
    return stored.is_new


def _sizes(mailbox: BaseMailBox, uids: Sequence[str]) -> dict[str, int]:
    """The size of each mail in bytes, before any is read."""
    if not uids:
        return {}
    _, data = mailbox.client.uid("FETCH", ",".join(uids), "(UID RFC822.SIZE)")
    lines = [b" ".join(item) if isinstance(item, tuple) else item for item in data if item]
    found = [match.groups() for line in lines for match in [SIZE.search(line)] if match]
    return {(uid or late).decode(): int(size or early) for uid, size, early, late in found}


def _raw(mailbox: BaseMailBox, uid: str, *, is_too_large: bool) -> bytes | None:
    """The mail's bytes, or only its beginning, without marking it as seen."""
    wanted = f"(BODY.PEEK[]<0.{HEAD}>)" if is_too_large else "(BODY.PEEK[])"
    _, data = mailbox.client.uid("FETCH", uid, wanted)
    return next((bytes(item[1]) for item in data if isinstance(item, tuple) and len(item) > 1), None)

"""A mail is kept as it came before anybody reads it, and two copies of one mail are one row."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from servicedesk.rows import insert_missing_rows
from servicedesk.transaction import in_one_transaction
from tickets.attachments import keep_bytes, read_bytes
from tickets.models import InboundMail

#: Files of 25 MB and what mail makes of them.
LARGEST_MAIL = 40 * 1024 * 1024
#: What is kept of a larger one: its headers, so that administrators see whose it was.
HEAD = 64 * 1024
OF_IDENTITY = (b"from", b"date", b"subject", b"message-id")
#: What servers on the way write: it tells two copies of one mail apart, but nothing that the sender wrote.
OF_JOURNEY = re.compile(rb"^(received|return-path|delivered-to|x-|authentication-|arc-|dkim-|envelope-to|status$)")
FIELD = re.compile(rb"^([!-9;-~]{1,60})[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)


@dataclass(frozen=True)
class Stored:
    """The row of a mail, and whether it is new: False for one that was kept before."""

    pk: int
    is_new: bool


@in_one_transaction
def store_mail(
    *, raw: bytes, source: str, now: datetime, mailbox: str = "", uid: str = "", size: int | None = None
) -> Stored:
    """Keep `raw` and owe its reading; a copy of a mail that is kept already changes nothing.

    `size` is that of the whole mail in bytes where `raw` is only its beginning. Above LARGEST_MAIL it is held at once.
    """
    size = len(raw) if size is None else size
    is_too_large = size > LARGEST_MAIL
    kept = raw[:HEAD] if is_too_large else raw
    mail = InboundMail(
        identity=identity_of(kept),
        sha256=hashlib.sha256(kept).hexdigest(),
        size=size,
        source=source,
        mailbox=mailbox[:200],
        uid=uid[:40],
        received_at=now,
        due_at=now,
        state=InboundMail.State.QUARANTINE if is_too_large else InboundMail.State.NEW,
        reason="too_large" if is_too_large else "",
        done_at=now if is_too_large else None,
    )
    known = InboundMail.objects.filter(identity=mail.identity).values_list("pk", flat=True).first()
    if known is not None:
        return Stored(known, is_new=False)
    keep_bytes(kept)
    insert_missing_rows([mail])
    pk, sha256, at = InboundMail.objects.values_list("pk", "sha256", "received_at").get(identity=mail.identity)
    return Stored(pk, is_new=(sha256, at) == (mail.sha256, now))


def identity_of(raw: bytes) -> str:
    """SHA-256 of what the sender wrote: From, Date, Subject, Message-ID and body, without the marks of the journey.

    Of a mail without a Message-ID all headers count that its sender wrote.
    """
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = [(name.lower(), b" ".join(value.split())) for name, value in FIELD.findall(head)]
    if any(name == b"message-id" and value for name, value in fields):
        written = [field for field in fields if field[0] in OF_IDENTITY]
    else:
        written = [field for field in fields if not OF_JOURNEY.match(field[0])]
    said = b"\n".join(name + b":" + value for name, value in sorted(written))
    return hashlib.sha256(said + b"\n\n" + (body if fields else raw).rstrip()).hexdigest()


def raw_of(mail: InboundMail) -> bytes:
    """The mail's bytes, as they came."""
    return b"".join(read_bytes(mail.sha256))

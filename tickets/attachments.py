"""Files: bytes in PostgreSQL, in rows of at most 1 MB keyed by SHA-256; one transaction, one backup."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Sum

from servicedesk.errors import DeskError, NotFound
from servicedesk.people.models import Person
from servicedesk.transaction import in_one_transaction
from tickets.access import Access
from tickets.models import Attachment, AttachmentPart, Message

PART = 1_000_000
LARGEST = 25 * 1024 * 1024
#: So much may one person upload in a day without sending it.
WAITING, DAY = 250 * 1024 * 1024, timedelta(days=1)
TYPE = re.compile(r"^[\w.+-]{1,49}/[\w.+-]{1,49}$", re.ASCII)


class AttachmentTooLarge(DeskError):
    code = "attachment_too_large"
    status = 413
    sentence = "The file has {size} bytes; at most {largest} are taken. Nothing was kept."


class TooMuchWaiting(DeskError):
    code = "too_much_waiting"
    status = 429
    sentence = (
        "In the last 24 hours you have uploaded {size} bytes that no message names; at most {largest} are kept. "
        "Send what is waiting, or upload the rest tomorrow. Nothing was kept."
    )


class AttachmentNotFound(NotFound):
    """Raised alike for an unknown id, another person's upload, and a file that a message names already."""

    code = "attachment_not_found"
    status = 422
    sentence = "One of the attachments is not an upload of yours waiting to be sent. Nothing was written."


@in_one_transaction
def upload(*, uploader: Person, name: str, content_type: str, content: bytes, now: datetime) -> Attachment:
    """Keep a file, bound to its uploader until a message of theirs names it.

    Raises AttachmentTooLarge, and TooMuchWaiting where they have uploaded too much that they have not sent; uploads at
    the same moment may pass that bound together.
    """
    if len(content) > LARGEST:
        raise AttachmentTooLarge(size=len(content), largest=LARGEST)
    waiting = Attachment.objects.filter(uploader=uploader, message=None, uploaded_at__gt=now - DAY)
    size = waiting.aggregate(size=Sum("size"))["size"] or 0
    if size + len(content) > WAITING:
        raise TooMuchWaiting(size=size, largest=WAITING)
    sha256 = keep_bytes(content)
    return Attachment.objects.create(
        uploader=uploader,
        name=shown_name(name),
        content_type=content_type.lower() if TYPE.match(content_type) else "application/octet-stream",
        size=len(content),
        sha256=sha256,
        uploaded_at=now,
    )


def keep_bytes(content: bytes) -> str:
    """Write bytes down in parts, once however often they come; returns the SHA-256 they are found by."""
    sha256 = hashlib.sha256(content).hexdigest()
    AttachmentPart.objects.bulk_create(
        (
            AttachmentPart(sha256=sha256, part=start // PART, content=content[start : start + PART])
            for start in range(0, len(content), PART)
        ),
        ignore_conflicts=True,
        batch_size=1,
    )
    return sha256


def read_bytes(sha256: str) -> Iterator[bytes]:
    """The bytes kept under this SHA-256, a part at a time."""
    parts = AttachmentPart.objects.filter(sha256=sha256).order_by("part")
    for part in parts.values_list("content", flat=True).iterator(chunk_size=1):
        yield bytes(part)


def shown_name(name: str) -> str:
    """A name fit to be shown: no folder, no control or direction character, at most 255 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[-255:] or "file"


def attach(*, message: Message, ids: Sequence[int], by: Person) -> None:
    """Let `message` name files uploaded `by` its sender. Raises AttachmentNotFound unless all are theirs and free."""
    if not ids:
        return
    wanted = set(ids)
    waiting = Attachment.objects.filter(pk__in=wanted, uploader=by, message=None)
    if waiting.update(message=message) != len(wanted):
        raise AttachmentNotFound


def attachment_for(access: Access, attachment_id: int) -> Attachment:
    """A file of a message this person may read. Raises NotFound."""
    readable = Message.objects.filter(ticket=access.ticket).visible_to(side=access.side)
    found = Attachment.objects.filter(pk=attachment_id, message__in=readable).first()
    if found is None:
        raise NotFound
    return found


def content(attachment: Attachment) -> Iterator[bytes]:
    """The file's bytes, a part at a time."""
    return read_bytes(attachment.sha256)

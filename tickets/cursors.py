"""Where a page of a list ends: an opaque text that names the last row by its sort key."""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta

from servicedesk.errors import DeskError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEY = re.compile(r"^[0-9]{1,18}(\.[0-9]{1,18})*$")


class CursorInvalid(DeskError):
    code = "cursor_invalid"
    status = 422
    sentence = "This is not a cursor that the desk has given. Begin with the first page."


def encode_cursor(*key: int) -> str:
    return base64.urlsafe_b64encode(".".join(map(str, key)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, parts: int) -> tuple[int, ...]:
    """The numbers of the sort key. Raises CursorInvalid."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise CursorInvalid from None
    if not KEY.match(text) or text.count(".") != parts - 1:
        raise CursorInvalid
    return tuple(map(int, text.split(".")))


def micros_of(moment: datetime) -> int:
    """An instant as a number of a cursor."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_at(micros: int) -> datetime:
    """The instant of a cursor's number. Raises CursorInvalid for what is none."""
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise CursorInvalid from None

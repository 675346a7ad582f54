"""ETag and If-Match: the version of a ticket, and the last event its reader knew of."""

import re
from typing import Annotated

from ninja import Header
from pydantic import StringConstraints

from tickets.models import Ticket

FORM = r'^(\*|(W/)?"[0-9]{1,9}\.[0-9]{1,9}")$'
IfMatch = Annotated[str | None, StringConstraints(pattern=FORM), Header(None, alias="If-Match")]


def etag_of(ticket: Ticket) -> str:
    return f'"{ticket.version}.{ticket.last_event_seq}"'


def expected(if_match: str | None) -> tuple[int | None, int | None]:
    """The version and the last event that the caller says they saw; None each where they say nothing."""
    numbers = re.findall(r"[0-9]+", if_match or "")
    return (int(numbers[0]), int(numbers[1])) if numbers else (None, None)

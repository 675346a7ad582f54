"""Mails that became no message: shown to administrators with the reason, and let in by hand."""

from datetime import datetime

from django.db.models import F, QuerySet

from servicedesk.owed import parked_rows
from tickets.models import InboundMail


def hold_given_up() -> int:
    """Hold what no attempt could read, because each ended with its process; one statement. Returns how many."""
    given_up = parked_rows(InboundMail).filter(state=InboundMail.State.NEW)
    return int(given_up.update(state=InboundMail.State.QUARANTINE, reason="gave_up"))


def let_in(*, mails: "QuerySet[InboundMail]", now: datetime) -> int:
    """Read these mails anew, vouching for their senders: what was doubtful about them counts no longer.

    Only held and ignored ones; what is a message stays one. Returns how many.
    """
    aside = mails.filter(state__in=(InboundMail.State.QUARANTINE, InboundMail.State.IGNORED)).exclude(
        reason="too_large"
    )
    return int(
        aside.update(
            state=InboundMail.State.NEW,
            reason="",
            is_vouched=True,
            due_at=now,
            done_at=None,
            failed_at=None,
            started_at=None,
            attempts=0,
            unsettled=0,
            claimed_until=None,
            claim=F("claim") + 1,
        )
    )

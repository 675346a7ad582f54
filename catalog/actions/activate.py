from datetime import datetime

from catalog.actions.draft import editable
from catalog.actions.publish import kept_reason
from catalog.models import WorkshopEvent
from catalog.shaping.kind import Kind, NothingShaped
from servicedesk.people.access import Viewer
from servicedesk.transaction import in_one_transaction


@in_one_transaction
def set_active(*, kind: Kind, viewer: Viewer, code: str, is_active: bool, now: datetime, reason: str = "") -> None:
    """Withdraw a thing, or put it back; said twice it is done once. Past tickets keep what they name.

    What is put back is checked as what is published: PublishingObjected where a check objects and no `reason`, kept in
    the log, overrides it. Raises NothingShaped for a kind that is not withdrawn, and for what was never published.
    """
    thing = editable(kind, viewer, code)
    if not kind.can_be_withdrawn or thing.present is None:
        raise NothingShaped
    if thing.is_active == is_active:
        return
    kept = kept_reason(kind.code, code, thing.present.content, reason, now) if is_active else ""
    kind.set_active(thing, is_active=is_active, now=now, by=viewer.person)
    WorkshopEvent.objects.create(
        kind=kind.code,
        code=code,
        verb=WorkshopEvent.Verb.RESTORED if is_active else WorkshopEvent.Verb.WITHDRAWN,
        was=thing.present.number,
        reason=kept,
        at=now,
        by=viewer.person,
    )

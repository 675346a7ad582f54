from datetime import datetime

from catalog.actions.draft import DraftChanged, DraftGone, editable, locked_draft
from catalog.models import Draft, WorkshopEvent
from catalog.shaping.kind import Content, Kind
from catalog.shaping.objections import PublishingObjected, objections_to
from servicedesk.errors import Conflict
from servicedesk.people.access import Viewer
from servicedesk.transaction import in_one_transaction

LONGEST_REASON = 2000


class PresentChanged(Conflict):
    """What is in force is no longer what the publisher compared the draft with."""

    code = "present_changed"
    sentence = (
        "Another version was published meanwhile. Nothing of yours was published; "
        "look at the difference again, and publish if it still holds."
    )


@in_one_transaction
def publish_draft(
    *,
    kind: Kind,
    viewer: Viewer,
    code: str,
    revision: int,
    seen: str,
    now: datetime,
    reason: str = "",
    also_open: bool = False,
) -> WorkshopEvent:
    """Put the draft in force as the next version and write it to the audit log; the draft is gone then. With
    `also_open` it is owed to open tickets as well, where the kind knows what that means.

    `revision` is the draft's and `seen` the mark of the version in force that was looked at: DraftChanged, DraftGone or
    PresentChanged where it is another now. DraftInvalid names every problem; PublishingObjected is raised where a check
    objects and no `reason`, kept in the log, overrides it. The kind itself may refuse. Nothing is written then.
    """
    editable(kind, viewer, code)
    draft = _draft_seen(kind, code, revision)
    thing = kind.find(viewer, code)  # again, now that nobody else publishes it from here
    if thing.mark != seen:
        raise PresentChanged
    content = kind.read(draft.typed, viewer=viewer, code=code)
    kept = kept_reason(kind.code, code, content, reason, now)
    number = kind.publish(code=code, content=content, now=now, by=viewer.person)
    draft.delete()
    if also_open and kind.tells_open:
        kind.tell_open(code=code, number=number, now=now, by=viewer.person)
    return WorkshopEvent.objects.create(
        kind=kind.code,
        code=code,
        verb=WorkshopEvent.Verb.PUBLISHED,
        was=thing.present.number if thing.present else None,
        number=number,
        content=content,
        reason=kept,
        at=now,
        by=viewer.person,
    )


def _draft_seen(kind: Kind, code: str, revision: int) -> Draft:
    draft = locked_draft(kind, code)
    if draft is None:
        raise DraftGone
    if draft.revision != revision:
        raise DraftChanged(name=draft.saved_by.name)
    return draft


def kept_reason(kind: str, code: str, content: Content, reason: str, now: datetime) -> str:
    """Why it is put in force although a check objects; "" where none does. Raises PublishingObjected without one."""
    objections = objections_to(kind=kind, code=code, content=content, now=now)
    if objections and not reason.strip():
        raise PublishingObjected(objections=objections)
    return reason.strip()[:LONGEST_REASON] if objections else ""

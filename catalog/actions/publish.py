from datetime import datetime

from catalog.actions.draft import DraftChanged, DraftGone, editable, locked_draft
from catalog.models import WorkshopEvent
from catalog.shaping.kind import Kind
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

    `revision` is the draft's and `seen` the mark of the version in force that the publisher looked at. Raises
    DraftChanged, DraftGone or PresentChanged when either is no longer that one; DraftInvalid with every problem;
    PublishingObjected where a check objects and no `reason` overrides it, which else goes into the audit log; and what
    the kind itself refuses. Nothing is written then.
    """
    thing = editable(kind, viewer, code)
    draft = locked_draft(kind, code)
    if draft is None:
        raise DraftGone
    if draft.revision != revision:
        raise DraftChanged(name=draft.saved_by.name)
    thing = kind.find(viewer, code)  # again, now that nobody else publishes it from here
    if thing.mark != seen:
        raise PresentChanged
    content = kind.read(draft.typed, viewer=viewer, code=code)
    objections = objections_to(kind=kind.code, code=code, content=content, now=now)
    if objections and not reason.strip():
        raise PublishingObjected(objections=objections)
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
        reason=reason.strip()[:LONGEST_REASON] if objections else "",
        at=now,
        by=viewer.person,
    )

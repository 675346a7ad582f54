from datetime import datetime

from catalog.models import Draft
from catalog.shaping.kind import Edition, Kind, Thing, edition_of
from catalog.shaping.typed import Typed
from servicedesk.errors import Conflict, Forbidden
from servicedesk.people.access import Viewer
from servicedesk.transaction import in_one_transaction


class DraftChanged(Conflict):
    """The draft is not the one that was looked at: somebody saved it meanwhile."""

    code = "draft_changed"
    sentence = (
        "{name} saved this draft meanwhile. What you typed still stands below and is not saved: "
        "save it over theirs, or open the draft anew to see theirs."
    )


class DraftGone(Conflict):
    """The draft was published or discarded while somebody still edited it."""

    code = "draft_gone"
    sentence = (
        "This draft was published or discarded meanwhile. What you typed still stands below and is not saved: "
        "save it to begin a new draft with it."
    )


@in_one_transaction
def keep_draft(*, kind: Kind, viewer: Viewer, code: str, typed: Typed, revision: int, now: datetime) -> Draft:
    """Save the draft as typed, finished or not. `revision` is the one that was looked at, 0 where there was none.

    Raises DraftChanged or DraftGone when it is no longer that one, with nothing written; Forbidden for somebody who
    may only read the thing.
    """
    editable(kind, viewer, code)
    draft = locked_draft(kind, code)
    if draft is None and revision:
        raise DraftGone
    if draft is not None and draft.revision != revision:
        raise DraftChanged(name=draft.saved_by.name)
    if draft is None:
        draft = Draft(kind=kind.code, code=code, revision=0, begun_by=viewer.person)
    draft.typed, draft.saved_at, draft.saved_by = typed, now, viewer.person
    draft.revision += 1
    draft.save()
    return draft


@in_one_transaction
def draft_from_edition(*, kind: Kind, viewer: Viewer, code: str, number: int, now: datetime) -> Draft:
    """Make version `number` the draft again, to be corrected and published. A draft that is there gives way to it."""
    thing = editable(kind, viewer, code)
    edition: Edition = edition_of(kind, thing, number)
    draft = locked_draft(kind, code) or Draft(kind=kind.code, code=code, revision=0, begun_by=viewer.person)
    draft.typed, draft.saved_at, draft.saved_by = kind.typed(edition.content), now, viewer.person
    draft.revision += 1
    draft.save()
    return draft


@in_one_transaction
def discard_draft(*, kind: Kind, viewer: Viewer, code: str, revision: int) -> None:
    """Throw the draft away. Raises DraftChanged when somebody saved it since it was looked at."""
    editable(kind, viewer, code)
    draft = locked_draft(kind, code)
    if draft is None:
        return
    if draft.revision != revision:
        raise DraftChanged(name=draft.saved_by.name)
    draft.delete()


def editable(kind: Kind, viewer: Viewer, code: str) -> Thing:
    """Raises NothingShaped for what this person may not know of, Forbidden for what they may only read."""
    thing = kind.find(viewer, code)
    if not thing.may_edit:
        raise Forbidden
    return thing


def locked_draft(kind: Kind, code: str) -> Draft | None:
    drafts = Draft.objects.select_for_update(of=["self"]).filter(kind=kind.code, code=code)
    return drafts.select_related("saved_by").first()

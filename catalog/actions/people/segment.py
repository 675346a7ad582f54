from datetime import datetime

from catalog.actions.people.log import Change, changes_between, demand_administrator, hold_people, note
from catalog.models import WorkshopEvent
from servicedesk.errors import NotFound
from servicedesk.people.access import Viewer
from servicedesk.people.models import Segment
from servicedesk.people.said.customer import SegmentSaid, put_into_segment, said_of_segment
from servicedesk.people.said.refusal import SaidOfAnother, mark_of
from servicedesk.transaction import in_one_transaction

Verb = WorkshopEvent.Verb


@in_one_transaction
def add_segment(*, viewer: Viewer, said: SegmentSaid, now: datetime) -> Segment:
    """Add a segment. Raises SaidInvalid."""
    demand_administrator(viewer)
    hold_people()
    segment = put_into_segment(Segment(), said)
    segment.save(force_insert=True)
    _note(segment, Verb.ADDED, viewer, changes_between({}, said_of_segment(segment).typed), now)
    return segment


@in_one_transaction
def change_segment(*, viewer: Viewer, pk: int, said: SegmentSaid, seen: str, now: datetime) -> list[Change]:
    """Write what was said of a segment; returns what that changed.

    `seen` is the mark of what was looked at. Raises SaidOfAnother when that changed meanwhile, SaidInvalid, NotFound.
    """
    demand_administrator(viewer)
    hold_people()
    segment = Segment.objects.select_for_update().filter(pk=pk).first()
    if segment is None:
        raise NotFound
    was = said_of_segment(segment).typed
    if mark_of(was) != seen:
        raise SaidOfAnother
    changes = changes_between(was, said_of_segment(put_into_segment(segment, said)).typed)
    if changes:
        segment.save(update_fields=["name"])
        _note(segment, Verb.CHANGED, viewer, changes, now)
    return changes


def _note(segment: Segment, verb: str, viewer: Viewer, changes: list[Change], now: datetime) -> None:
    note(kind="segment", pk=segment.pk, name=segment.code, verb=verb, by=viewer.person, now=now, changes=changes)

"""The promises of a replay that would have ended otherwise, as a file."""

from collections.abc import Iterator, Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _

from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer
from sla.exporting.answer import answer_rows
from sla.exporting.document import Value
from sla.models import Replay, ReplayFlip
from tickets.access import visible_tickets
from tickets.wording import METRICS, word

BATCH = 1_000


def flips_as_csv(replay: Replay, *, viewer: Viewer) -> HttpResponse:
    """A row each, in order of the tickets; the number is left out where the ticket is not open to whoever reads."""
    return answer_rows(f"try-{replay.pk}", _rows(replay, viewer))


def _rows(replay: Replay, viewer: Viewer) -> Iterator[Sequence[Value]]:
    yield (
        _("Ticket"), _("Promise"), _("Stage"), _("Cycle"), _("As it was"), _("With the draft"), _("Due as it was"),
        _("Due with the draft"), _("Department"), _("Customer"), _("An escalation had changed something"),
    )  # fmt: skip
    names = dict(Customer.objects.values_list("pk", "name"))
    for batch in _batches(replay):
        open_to_viewer = visible_tickets(viewer).filter(number__in=[one.number for one in batch])
        seen = set(open_to_viewer.values_list("number", flat=True))
        yield from (_row(one, names, is_seen=one.number in seen) for one in batch)


def _batches(replay: Replay) -> Iterator[list[ReplayFlip]]:
    last = 0
    while found := list(ReplayFlip.objects.filter(replay=replay, pk__gt=last).order_by("pk")[:BATCH]):
        last = found[-1].pk
        yield found


def _row(one: ReplayFlip, names: dict[int, str], *, is_seen: bool) -> Sequence[Value]:
    verdicts = {"met": _("kept"), "breached": _("broken"), "": ""}
    return [
        one.number if is_seen else "",
        word(METRICS, one.metric),
        one.stage,
        one.cycle,
        verdicts[one.was],
        verdicts[one.becomes],
        one.due_was,
        one.due_becomes,
        names.get(one.provider_id, ""),
        names.get(one.customer_id, ""),
        _("yes") if one.is_escalated else "",
    ]

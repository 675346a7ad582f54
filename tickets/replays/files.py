"""The promises of a replay that would have ended otherwise, as a file."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer
from sla.exporting.lines import harmless
from sla.models import Replay, ReplayFlip
from tickets.access import visible_tickets
from tickets.wording import METRICS, word

BATCH = 1_000


def flips_as_csv(replay: Replay, *, viewer: Viewer) -> HttpResponse:
    """A row each, in order of the tickets; the number is left out where the ticket is not open to whoever reads."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(
        [
            _("Ticket"), _("Promise"), _("Stage"), _("Cycle"), _("As it was"), _("With the draft"), _("Due as it was"),
            _("Due with the draft"), _("Department"), _("Customer"), _("An escalation had changed something"),
        ]
    )  # fmt: skip
    names = dict(Customer.objects.values_list("pk", "name"))
    for batch in _batches(replay):
        open_to_viewer = visible_tickets(viewer).filter(number__in=[one.number for one in batch])
        seen = set(open_to_viewer.values_list("number", flat=True))
        rows.writerows(_row(one, names, is_seen=one.number in seen) for one in batch)
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="try-{replay.pk}.csv"'
    return response


def _batches(replay: Replay) -> Iterator[list[ReplayFlip]]:
    last = 0
    while found := list(ReplayFlip.objects.filter(replay=replay, pk__gt=last).order_by("pk")[:BATCH]):
        last = found[-1].pk
        yield found


def _row(one: ReplayFlip, names: dict[int, str], *, is_seen: bool) -> list[Any]:
    verdicts = {"met": _("kept"), "breached": _("broken"), "": ""}
    return [
        one.number if is_seen else "",
        word(METRICS, one.metric),
        harmless(one.stage),
        one.cycle,
        verdicts[one.was],
        verdicts[one.becomes],
        _instant(one.due_was),
        _instant(one.due_becomes),
        harmless(names.get(one.provider_id, "")),
        harmless(names.get(one.customer_id, "")),
        _("yes") if one.is_escalated else "",
    ]


def _instant(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""

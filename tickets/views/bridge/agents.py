"""/bridge/agents/: how the agents of a department kept its promises, for its head and nobody else."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.people.doors import BRIDGE, open_to, viewer_of
from sla.exporting.document import Column, Document, Kind, Table
from sla.reports.agents import Agent, find_agents
from sla.reports.scope import scope_of_agents
from tickets.views.bridge.reading import Reading, begin
from tickets.views.bridge.shown import WITHOUT


@require_safe
@open_to(BRIDGE)
def show_agents(request: HttpRequest) -> HttpResponse:
    """A line an agent of the departments one heads. Raises ReportsForbidden for whoever heads none."""
    reading = begin(request, page="agents", scope=scope_of_agents(viewer_of(request)))
    found = find_agents(reading.asked.question(reading.scope), reading.asked.period)
    if reading.form:
        return reading.answer_as(_document(reading, found))
    context = reading.context() | {"rows": _rows(reading, found)}
    return render(request, "bridge/agents.html", context, status=reading.status)


def _rows(reading: Reading, found: Sequence[Agent]) -> list[dict[str, Any]]:
    return [
        {
            "agent": one,
            "name": name_of(one),
            "to_decided": reading.asked.behind("decided", agent=one.login or WITHOUT),
            "to_broken": reading.asked.behind("broken", agent=one.login or WITHOUT),
            "to_solved": reading.asked.behind("solved", agent=one.login or WITHOUT),
        }
        for one in found
    ]


def name_of(one: Agent) -> str:
    return one.name or _("Nobody, or somebody of another department")


def _document(reading: Reading, found: Sequence[Agent]) -> Document:
    columns = [
        Column(_("Agent")),
        Column(_("Kept"), Kind.NUMBER),
        Column(_("Of promises"), Kind.NUMBER),
        Column(_("Share"), Kind.SHARE),
        Column(_("95 % from"), Kind.SHARE),
        Column(_("95 % to"), Kind.SHARE),
        Column(_("Solved"), Kind.NUMBER),
        Column(_("Half within, working time"), Kind.SECONDS),
        Column(_("Nine in ten within, working time"), Kind.SECONDS),
    ]
    rows = []
    for one in found:
        low, high = one.promises.interval or (None, None)
        halves = (one.solving.median, one.solving.p90) if one.solving and not one.is_few else (None, None)
        solved = one.solving.number if one.solving else 0
        counted = one.promises
        rows.append([name_of(one), counted.met, counted.total, counted.share, low, high, solved, *halves])
    return Document(
        stem=reading.stem("agents"),
        title=_("By agent"),
        said=reading.says(),
        notes=[_("For the head of the department only. A promise counts for whoever had the ticket last by then.")],
        tables=[Table(title=_("By agent"), columns=columns, rows=rows)],
        language=reading.viewer.person.language,
    )

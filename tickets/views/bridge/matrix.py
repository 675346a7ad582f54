"""/bridge/matrix/: how departments serve each other and clients, every figure of it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_safe

from servicedesk.people.doors import BRIDGE, open_to, viewer_of
from sla.exporting.document import Column, Document, Kind, Table, Value
from sla.reports.matrix import Asks, Fold, Served, served
from sla.reports.scope import scope_of
from sla.reports.tally import FEW
from tickets.customer_survey.results import round_for, scores
from tickets.views.bridge.cells import FIGURES, KEYS, Drawing, Figure, matrix_of
from tickets.views.bridge.reading import Reading, begin

FOLDS = {
    Fold.OWN: later("Each client"),
    Fold.TOP: later("Top companies"),
    Fold.SEGMENT: later("Segments"),
}


@require_safe
@open_to(BRIDGE)
def show_matrix(request: HttpRequest) -> HttpResponse:
    """One figure for every pair; as a file every figure of every pair. Fourteen statements at most."""
    reading = begin(request, page="matrix", scope=scope_of(viewer_of(request)))
    asks, fold, figure = _chosen(reading)
    mutual = reading.scope.departments is not None
    cells = served(reading.asked.question(reading.scope, mutual=mutual), reading.asked.period, asks=asks, fold=fold)
    said = {
        "by": "clients" if asks is Asks.CLIENTS else "",
        "fold": "" if fold is Fold.OWN else fold.value,
        "shows": "" if figure is Figure.KEPT else figure.value,
    }
    if reading.form:
        return reading.answer_as(_document(reading, cells, asks=asks, fold=fold))
    surveyed = asks is Asks.DEPARTMENTS and figure is Figure.SATISFACTION
    round = round_for(period=reading.asked.period) if surveyed else None
    marks = _marks(reading) if round else {}
    drawing = Drawing(figure=figure, asked=reading.asked, now=reading.now, fold=fold, marks=marks)
    context = reading.context(said) | _switches(reading, said, asks=asks, fold=fold, figure=figure)
    context |= {"round": round if marks else None}
    context |= {"matrix": matrix_of(cells, drawing), "is_share": figure in (Figure.KEPT, Figure.SATISFACTION)}
    return render(request, "bridge/matrix.html", context, status=reading.status)


def _marks(reading: Reading) -> dict[tuple[str, str], str]:
    """What departments said of each other in the survey of the quarter, beside the ratings of tickets."""
    code = reading.directory.code
    return {
        (code(customer), code(provider)): _("★ %(mean)s, n %(n)s") % {"mean": number_format(mean, 1), "n": number}
        for (provider, customer), (mean, number) in scores(period=reading.asked.period, viewer=reading.viewer).items()
    }


def _chosen(reading: Reading) -> tuple[Asks, Fold, Figure]:
    said = reading.request.GET
    of_clients = said.get("by") == "clients" or reading.scope.customers is not None
    asks = Asks.CLIENTS if of_clients else Asks.DEPARTMENTS
    fold = said.get("fold", "") if of_clients else ""
    shows = said.get("shows", "")
    return (
        asks,
        Fold(fold) if fold in set(Fold) else Fold.OWN,
        Figure(shows) if shows in set(Figure) else Figure.KEPT,
    )


def _switches(reading: Reading, said: dict[str, str], *, asks: Asks, fold: Fold, figure: Figure) -> dict[str, Any]:
    """The tabs: (name, address, whether it is the one shown)."""

    def here(**changes: str) -> str:
        return reading.asked.on_page("matrix", **(said | changes))

    return {
        "figures": [(name, here(shows=code), code == figure) for code, name in FIGURES.items()],
        "folds": [(name, here(fold=code), code is fold) for code, name in FOLDS.items()],
        "askers": [
            (_("Departments"), here(by="", fold=""), asks is Asks.DEPARTMENTS),
            (_("Clients"), here(by="clients"), asks is Asks.CLIENTS),
        ],
        "of_clients": asks is Asks.CLIENTS,
        "only_clients": reading.scope.customers is not None,
        "key": KEYS[figure],
    }


def _document(reading: Reading, cells: list[Served], *, asks: Asks, fold: Fold) -> Document:
    columns = [
        Column(_("Asks")),
        Column(_("Serves")),
        Column(_("Kept"), Kind.NUMBER),
        Column(_("Of promises"), Kind.NUMBER),
        Column(_("Share"), Kind.SHARE),
        Column(_("95 % from"), Kind.SHARE),
        Column(_("95 % to"), Kind.SHARE),
        Column(_("Filed"), Kind.NUMBER),
        Column(_("Tickets resolved"), Kind.NUMBER),
        Column(_("Rated"), Kind.NUMBER),
        Column(_("Mean rating"), Kind.SCORE),
        Column(_("Came back"), Kind.NUMBER),
        Column(_("Share that came back"), Kind.SHARE),
        Column(_("Half within, working time"), Kind.SECONDS),
        Column(_("Nine in ten within, working time"), Kind.SECONDS),
        Column(_("Backlog"), Kind.NUMBER),
        Column(_("Oldest since"), Kind.INSTANT),
    ]
    told = [*reading.says(), (_("Who asks"), str(FOLDS[fold] if asks is Asks.CLIENTS else _("Departments")))]
    return Document(
        stem=reading.stem("matrix"),
        title=_("Who serves whom"),
        said=told,
        notes=[_("Of fewer than five no share, no rating and no duration is told.")],
        tables=[Table(title=_("Who serves whom"), columns=columns, rows=[_row(one) for one in cells])],
        language=reading.viewer.person.language,
    )


def _row(one: Served) -> list[Value]:
    promises, ratings, solving, backlog = one.line.promises, one.line.ratings, one.solving, one.backlog
    low, high = promises.interval or (None, None)
    halves = (solving.median, solving.p90) if solving and solving.number >= FEW else (None, None)
    oldest: datetime | None = backlog.oldest_at if backlog else None
    return [
        one.asker.name or _("Without a segment"),
        one.provider.name,
        promises.met,
        promises.total,
        promises.share,
        low,
        high,
        ratings.filed,
        ratings.resolved,
        ratings.rated,
        ratings.mean,
        ratings.returned,
        ratings.back.share,
        *halves,
        backlog.number if backlog else 0,
        oldest,
    ]

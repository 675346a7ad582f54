"""The cells of a matrix as a page shows them: who asks down, who serves across, one figure at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from servicedesk.instants import ago_words, duration_words
from servicedesk.templatetags.charts import in_hundredths, number, percent
from sla.reports.matrix import Fold, Named, Served, Solving
from sla.reports.tally import FEW, Counted
from tickets.views.bridge.asked import Asked

#: So many rows a matrix has at most.
MATRIX_ROWS = 40
NO_BREAK = "\u00a0"
#: Below so much a cell's colour deepens; above, where what is counted should be rare.
HEAT = ((0.75, "h3"), (0.85, "h2"), (0.92, "h1"))
RARE = ((0.2, "h3"), (0.1, "h2"), (0.05, "h1"))


class Figure(StrEnum):
    """What a matrix can show."""

    KEPT = "kept"
    SATISFACTION = "satisfaction"
    VOLUME = "volume"
    BACKLOG = "backlog"
    MEDIAN = "median"
    P90 = "p90"
    RETURNED = "returned"


FIGURES: Mapping[str, Lazy] = {
    Figure.KEPT: later("Promises kept"),
    Figure.SATISFACTION: later("Satisfaction"),
    Figure.VOLUME: later("Volume"),
    Figure.BACKLOG: later("Backlog"),
    Figure.MEDIAN: later("Half within"),
    Figure.P90: later("Nine in ten within"),
    Figure.RETURNED: later("Came back"),
}
#: How each is to be read.
KEYS: Mapping[str, Lazy] = {
    Figure.KEPT: later("Kept, with the interval that is 95 per cent sure and the number of promises."),
    Figure.SATISFACTION: later(
        "Ratings of 4 and 5 among all, with the interval that is 95 per cent sure and their number."
    ),
    Figure.VOLUME: later("Tickets filed in the period, and of those resolved in it their number."),
    Figure.BACKLOG: later("Age of the ticket in the middle of those under way now, their number and the oldest."),
    Figure.MEDIAN: later("Working time within which half of the tickets were solved, and their number."),
    Figure.P90: later("Working time within which nine in ten tickets were solved, and their number."),
    Figure.RETURNED: later(
        "Tickets reopened or handed back among those resolved, with the interval that is 95 per cent sure."
    ),
}
#: What stands behind the figure.
BEHIND = {
    Figure.KEPT: "decided",
    Figure.SATISFACTION: "rated",
    Figure.VOLUME: "filed",
    Figure.BACKLOG: "backlog",
    Figure.MEDIAN: "solved",
    Figure.P90: "solved",
    Figure.RETURNED: "returned",
}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """How one department serves one asker. Nothing counted: `strong` is empty."""

    asker: str
    provider: str
    strong: str = ""
    soft: str = ""
    heat: str = "h0"
    address: str = ""
    counted: Counted | None = None
    mark: str = ""

    @property
    def is_self(self) -> bool:
        return self.asker == self.provider


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Rows of who asks, columns of who serves."""

    providers: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    left_out: int = 0
    weakest: Cell | None = None


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """How a matrix is drawn: which figure, of whom, for which question, at which instant. `marks` stand below."""

    figure: Figure
    asked: Asked
    now: datetime
    fold: Fold = Fold.OWN
    marks: Mapping[tuple[str, str], str] = field(default_factory=dict)


#: (strong, soft, heat, what was counted as a share)
Drawn = tuple[str, str, str, Counted | None]


def matrix_of(cells: Iterable[Served], drawing: Drawing) -> Matrix:
    """Who asks down, who serves across; those who asked for most, where there are more than a page can hold."""
    drawn = {(one.asker, one.provider): cell for one in cells if (cell := _cell(one, drawing)) is not None}
    sizes: dict[Named, int] = {}
    for one in cells:
        if (one.asker, one.provider) in drawn:
            sizes[one.asker] = sizes.get(one.asker, 0) + _size(one)
    providers = sorted({provider for _asker, provider in drawn}, key=lambda one: one.name)
    kept = sorted(sizes, key=lambda asker: -sizes[asker])[:MATRIX_ROWS]
    rows = [
        (
            _name(asker),
            [drawn.get((asker, one)) or Cell(asker=asker.name, provider=one.name) for one in providers],
        )
        for asker in sorted(kept, key=lambda one: (not one.name, one.name))
    ]
    return Matrix(
        providers=[one.name for one in providers],
        rows=rows,
        left_out=len(sizes) - len(kept),
        weakest=_weakest([cell for _asker, row in rows for cell in row]) if drawing.figure in SHARES else None,
    )


def _size(one: Served) -> int:
    return one.line.promises.total + one.line.ratings.filed + one.line.ratings.resolved


def _name(asker: Named) -> str:
    return asker.name or _("Without a segment")


def _cell(one: Served, drawing: Drawing) -> Cell | None:
    drawn = DRAW[drawing.figure](one, drawing)
    if drawn is None:
        return None
    strong, soft, heat, counted = drawn
    return Cell(
        asker=_name(one.asker),
        provider=one.provider.name,
        strong=strong,
        soft=soft,
        heat=heat,
        counted=counted,
        address=_address(one, drawing),
        mark=drawing.marks.get((one.asker.code, one.provider.code), ""),
    )


def _address(one: Served, drawing: Drawing) -> str:
    asker = {
        Fold.OWN: {"asker": one.asker.code},
        Fold.TOP: {} if drawing.asked.client else {"client": one.asker.code},  # narrower already, and no wider
        Fold.SEGMENT: {"segment": one.asker.code, "kind": "company"},
    }
    return drawing.asked.behind(BEHIND[drawing.figure], department=one.provider.code, **asker[drawing.fold])


def _share_of(find: Callable[[Served], Counted], *, heats: Callable[[float], str]) -> Callable[..., Drawn | None]:
    def draw(one: Served, drawing: Drawing) -> Drawn | None:
        counted = find(one)
        if not counted.total:
            return None
        if counted.share is None:
            return (
                _("%(met)s of %(total)s") % {"met": counted.met, "total": counted.total},
                _("too few"),
                "few",
                counted,
            )
        low, high = counted.interval or (0.0, 1.0)
        soft = f"{in_hundredths(low, 0)}–{in_hundredths(high, 0)}, {_n(counted.total)}"
        return percent(counted.share, 0), soft, heats(counted.share), counted

    return draw


def _n(total: int) -> str:
    return f"n{NO_BREAK}{number(total)}"


def _below(share: float) -> str:
    return next((name for bound, name in HEAT if share < bound), "h0")


def _above(share: float) -> str:
    return next((name for bound, name in RARE if share > bound), "h0")


def _volume(one: Served, drawing: Drawing) -> Drawn | None:
    filed, resolved = one.line.ratings.filed, one.line.ratings.resolved
    if not filed:
        return None
    soft = _("%(n)s resolved") % {"n": number(resolved)}
    return number(filed), soft, "few" if filed < FEW else "h0", None


def _backlog(one: Served, drawing: Drawing) -> Drawn | None:
    found = one.backlog
    if found is None:
        return None
    oldest = _("oldest %(age)s") % {"age": _age(found.oldest_at, drawing.now)}
    if found.number < FEW:
        words = ngettext("%(n)s ticket", "%(n)s tickets", found.number) % {"n": found.number}
        return words, oldest, "few", None
    return _age(found.middle_at, drawing.now), f"{_n(found.number)}, {oldest}", "h0", None


def _age(since: datetime, now: datetime) -> str:
    return ago_words(max(0, int((now - since).total_seconds())))


def _within(find: Callable[[Solving], float]) -> Callable[..., Drawn | None]:
    def draw(one: Served, drawing: Drawing) -> Drawn | None:
        found = one.solving
        if found is None:
            return None
        if found.number < FEW:
            words = ngettext("%(n)s ticket", "%(n)s tickets", found.number) % {"n": found.number}
            return words, _("too few"), "few", None
        return duration_words(int(find(found))), _n(found.number), "h0", None

    return draw


DRAW: Mapping[Figure, Callable[..., Drawn | None]] = {
    Figure.KEPT: _share_of(lambda one: one.line.promises, heats=_below),
    Figure.SATISFACTION: _share_of(lambda one: one.line.ratings.kept, heats=_below),
    Figure.VOLUME: _volume,
    Figure.BACKLOG: _backlog,
    Figure.MEDIAN: _within(lambda solving: solving.median),
    Figure.P90: _within(lambda solving: solving.p90),
    Figure.RETURNED: _share_of(lambda one: one.line.ratings.back, heats=_above),
}
#: Of which some cell is the weakest.
SHARES = (Figure.KEPT, Figure.SATISFACTION)


def _weakest(cells: Iterable[Cell]) -> Cell | None:
    """The least share where there are enough to judge and some are broken."""
    judged = [(one.counted.share, -one.counted.total, one) for one in cells if one.counted and one.counted.broken]
    ranked = [(share, size, one) for share, size, one in judged if share is not None]
    return min(ranked, key=lambda row: row[:2])[2] if ranked else None

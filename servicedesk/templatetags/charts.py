"""Charts as inline SVG, and shares in words. Widths are SVG attributes; a table or words always stand beside."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from servicedesk.instants import duration_words

register = template.Library()
NO_BREAK = "\u00a0"
#: Where a plot's lines begin and end, in percent of its width and height.
LEFT, RIGHT, TOP, BOTTOM = 9.0, 97.0, 8.0, 86.0


@register.filter
def number(value: int) -> str:
    """A whole number, its thousands apart."""
    return number_format(value, 0, force_grouping=True)


@register.filter
def percent(share: float, digits: int = 1) -> str:
    """A share as "88.4 %". Rounding never makes all of almost all, nor nothing of something."""
    return _("%(number)s %%") % {"number": in_hundredths(share, digits)}


def in_hundredths(share: float, digits: int) -> str:
    least = 10**-digits
    shown = round(share * 100, digits)
    if 0 < share < 1:
        shown = min(100 - least, max(least, shown))
    return number_format(shown, digits)


@register.filter
def points(change: float) -> str:
    """A difference of shares in percentage points with its sign: "+0.6", "−1.2"."""
    shown = round(change * 100, 1)
    sign = "+" if shown > 0 else "\u2212" if shown < 0 else "\u00b1"
    return f"{sign}{number_format(abs(shown), 1)}"


@register.filter
def working(seconds: float) -> str:
    """A span of working time in words."""
    return duration_words(int(seconds))


@register.simple_tag
def bar(share: float) -> SafeString:
    """A bar of so much of its cell."""
    return format_html(
        '<svg class="barcell" height="10" aria-hidden="true" focusable="false">'
        '<rect class="rest" width="100%" y="4" height="2"/><rect class="bar" width="{}%" height="10" rx="1"/></svg>',
        f"{share * 100:.2f}",
    )


@register.simple_tag
def dumbbell(was: float | None, becomes: float | None, low: float) -> SafeString:
    """From a hollow dot, as it was, to a full one, as it would be: round where better, square where worse, none where
    neither. From `low` to 1; nothing where either is not known."""
    if was is None or becomes is None:
        return SafeString("")
    begins, ends = (f"{100 * _height(share, low):.1f}%" for share in (was, becomes))
    dot = '<circle class="to" cx="{}" cy="5" r="5"/>'
    square = '<svg x="{}" overflow="visible"><rect class="to down" x="-4.5" y=".5" width="9" height="9"/></svg>'
    return format_html(
        '<svg class="barcell" height="10" aria-hidden="true" focusable="false">'
        '<line class="link" x1="{}" x2="{}" y1="5" y2="5"/><circle class="from" cx="{}" cy="5" r="4"/>{}</svg>',
        begins,
        ends,
        begins,
        format_html(square if becomes < was else dot, ends) if becomes != was else "",
    )


@register.simple_tag
def sparkline(shares: Sequence[float | None], low: float) -> SafeString:
    """A row's line over time, from `low` to 1; where nothing is known it is broken."""
    step = 100 / max(1, len(shares) - 1)
    known = [(n * step, 18 - 16 * _height(share, low)) for n, share in enumerate(shares) if share is not None]
    if not known:
        return SafeString("")
    lines = "".join(
        format_html('<polyline points="{}"/>', " ".join(f"{n * step:.1f},{18 - 16 * y:.1f}" for n, y in run))
        for run in _runs(shares, low)
    )
    return format_html(
        '<svg class="spark" viewBox="-2 0 104 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '{}<circle cx="{}" cy="{}" r="1.6"/></svg>',
        SafeString(lines),  # made of numbers alone
        *(f"{value:.1f}" for value in known[-1]),
    )


@dataclass(frozen=True)
class Plot:
    """A line chart laid out: grid lines and labels by their place in percent, and the line's unbroken parts."""

    grid: list[tuple[str, str]]
    labels: list[tuple[str, str]]
    lines: list[str]
    dots: list[tuple[str, str]]
    last: tuple[str, str, str] | None
    title: str


@register.inclusion_tag("_plot.html")
def plot(shares: Sequence[float | None], labels: Sequence[str], title: str) -> dict[str, Plot]:
    """A line of shares over time; months without one leave a gap. `title` says in words what it shows."""
    low = floor_of(shares)
    step = (RIGHT - LEFT) / max(1, len(shares) - 1)
    marks = [low + (1 - low) * n / 4 for n in range(5)]
    dots = [(n, share) for n, share in enumerate(shares) if share is not None]
    last = dots[-1] if dots else None
    return {
        "plot": Plot(
            grid=[(_percent(_y(mark, low)), in_hundredths(mark, 0 if (low * 100) % 20 == 0 else 1)) for mark in marks],
            labels=[(_percent(LEFT + n * step), label) for n, label in enumerate(labels)],
            lines=[
                " ".join(f"{LEFT + n * step:.2f},{TOP + (BOTTOM - TOP) * (1 - y):.2f}" for n, y in run)
                for run in _runs(shares, low)
            ],
            dots=[(_percent(LEFT + n * step), _percent(_y(share, low))) for n, share in dots],
            last=(_percent(LEFT + last[0] * step), _percent(_y(last[1], low)), percent(last[1])) if last else None,
            title=title,
        )
    }


def floor_of(shares: Sequence[float | None]) -> float:
    """Where a scale of these shares begins, so that its four steps are whole: 0, 0.2, 0.4, 0.6 or 0.8."""
    least = min((share for share in shares if share is not None), default=0.8)
    return max(0.0, min(0.8, int(least * 5) / 5))


def _runs(shares: Sequence[float | None], low: float) -> list[list[tuple[int, float]]]:
    runs: list[list[tuple[int, float]]] = [[]]
    for n, share in enumerate(shares):
        if share is None:
            runs.append([])
        else:
            runs[-1].append((n, _height(share, low)))
    return [run for run in runs if len(run) > 1]


def _height(share: float, low: float) -> float:
    return max(0.0, (share - low) / (1 - low))


def _y(share: float, low: float) -> float:
    return TOP + (BOTTOM - TOP) * (1 - _height(share, low))


def _percent(value: float) -> str:
    return f"{value:.2f}%"

"""What a policy promises to those who ask, in words: without ladders, stages and names that stay with the provider."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sla.agreements import calendars_of
from sla.core.policy import Metric, Row
from sla.hours import hours_words
from sla.models import Policy
from sla.promises import PRIORITIES as FROM_LOW_TO_URGENT
from sla.reading import PROMISED_TO_CUSTOMERS
from sla.shaping.durations import duration_exactly
from sla.shaping.wording import METRICS, PRIORITIES
from sla.versions import PUBLISHED


def promised_words(*, policy: str, calendar: str, provider_id: int) -> list[str]:
    """A line for each metric that is promised to those who ask, then the hours that count; none where the policy is
    withdrawn. `calendar` is the code of the agreement's own, or "". Three statements at most."""
    held = Policy.objects.filter(code=policy, is_active=True).select_related("current").first()
    if held is None or held.current is None:
        return []
    core = PUBLISHED.policy(policy, held.current.number)
    rows = {priority: core.row(priority, provider_id) for priority in reversed(FROM_LOW_TO_URGENT)}
    lines = [_metric_words(metric, rows) for metric in PROMISED_TO_CUSTOMERS]
    return [line for line in lines if line] + _hours(rows.values(), calendar)


def _metric_words(metric: Metric, rows: Mapping[str, Row]) -> str:
    """“Resolution: urgent 4 h, high 10 h …”; one span where all are the same."""
    spans = [(duration_exactly(row[metric].seconds), name) for name, row in rows.items() if metric in row]
    if not spans:
        return ""
    runs = [(span, [name for _span, name in run]) for span, run in groupby(spans, key=lambda one: one[0])]
    if len(runs) == 1 and len(spans) == len(rows):
        return f"{capfirst(METRICS[metric])}: {runs[0][0]}"
    said = ", ".join(f"{span} ({', '.join(str(PRIORITIES[name]) for name in names)})" for span, names in runs)
    return f"{capfirst(METRICS[metric])}: {said}"


def _hours(rows: Iterable[Row], calendar: str) -> list[str]:
    """The hours by which the promises count; each once, where there are several."""
    names = {target.calendar for row in rows for metric, target in row.items() if metric in PROMISED_TO_CUSTOMERS}
    codes = {calendar} if calendar and names - {None} else names - {None}
    keys = calendars_of(names={code for code in codes if code})
    hours = {hours_words(PUBLISHED.calendar(code, key).calendar) for code, key in keys.items()}
    hours |= {_("round the clock")} if None in names else set()
    return [_("Counted: %(hours)s") % {"hours": "; ".join(sorted(hours))}] if hours else []

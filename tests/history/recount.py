"""An independent recount of the log's verdicts: standard library only, no code of the desk, no cleverness.

    python tests/history/recount.py helpdesk_log.csv

For each case the resolution clock is replayed row by row: it runs from the first row, stands while the case waits for
the customer and while it is resolved or closed, and has 40 hours of Monday to Friday, 9 to 18, in Rome.
"""

import csv
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
BUDGET = 40 * 3600


def opening_hours(day: date) -> tuple[datetime, datetime] | None:
    if day.weekday() >= 5:
        return None
    return (
        datetime.combine(day, time(9), ROME).astimezone(UTC),
        datetime.combine(day, time(18), ROME).astimezone(UTC),
    )


def count(start: datetime, end: datetime, used: int) -> tuple[int, datetime | None]:
    """Seconds used after running from `start` to `end`, and the instant the budget was used up, if it was in there."""
    day = start.astimezone(ROME).date()
    while day <= end.astimezone(ROME).date():
        hours = opening_hours(day)
        day += timedelta(days=1)
        if hours is None:
            continue
        begin, stop = max(start, hours[0]), min(end, hours[1])
        if stop <= begin:
            continue
        seconds = int((stop - begin).total_seconds())
        if used < BUDGET <= used + seconds:
            return used + seconds, begin + timedelta(seconds=BUDGET - used)
        used += seconds
    return used, None


def verdict_of(rows: list[tuple[str, datetime]], now: datetime) -> str:
    status, used, since, due, breached = "open", 0, rows[0][1], None, False
    for activity, at in [*rows, ("(now)", now)]:
        if status == "open" and due is None:  # once the budget is used up, only that instant matters
            used, due = count(since, at, used)
            since = at
        if status in ("open", "waiting") and due is not None and due < at:
            breached = True
        over = status in ("resolved", "closed")
        if activity == "Take in charge ticket":
            status, since = "open", at
        elif activity == "Wait":
            status = "waiting"
        elif activity in ("Resolve ticket", "RESOLVED") and not over:
            status = "resolved"
        elif activity == "Closed":
            status = "closed"
    if breached:
        return "breached"
    return "met" if status in ("resolved", "closed") else "open"


def recount(path: Path, now: datetime) -> dict[str, str]:
    """The verdict of each case: met, breached, or open where it waits to this day."""
    cases: dict[str, list[tuple[str, str, datetime]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            told = (row["activity"], row["resource"], datetime.fromisoformat(row["time"]))
            if told not in cases.setdefault(row["case"], []):
                cases[row["case"]].append(told)
    verdicts = {}
    for case, rows in cases.items():
        rows.sort(key=lambda row: row[2])
        verdicts[case] = verdict_of([(activity, at) for activity, _, at in rows], now)
    return verdicts


if __name__ == "__main__":
    found = recount(Path(sys.argv[1]), datetime.now(UTC))
    for verdict in ("met", "breached", "open"):
        print(verdict, list(found.values()).count(verdict))

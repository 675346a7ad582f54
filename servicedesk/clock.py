"""The one clock: the database's. Machines whose clocks disagree cannot reverse facts."""

from datetime import UTC, datetime, timedelta

from django.db import connection

#: Added to the database's time; tests and rehearsals move it, nothing else does.
offset = timedelta()


def database_now() -> datetime:
    """The database's time, in UTC. Take it once per request or task and pass it on as `now`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now.astimezone(UTC) + offset


def to_instant(moment: datetime) -> int:
    """Whole seconds since 1970 UTC; a fraction is cut off."""
    return int(moment.timestamp() // 1)


def from_instant(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)

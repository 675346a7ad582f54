"""Work that must happen. The rows are the truth; a message on the broker is only a wake-up that carries an id.

A row is claimed for a lease. Each claim has a number, and whoever settles the row must still hold that number:
a worker that was frozen and thawed late cannot settle what another has claimed since (fencing). An attempt is counted
and committed before its work begins. After three attempts the row is parked: it keeps its last error, is shown to
administrators and waits for a retry by hand (docs/decisions/0002-owed-rows-and-the-broker.md).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db import connection, models
from django.db.models import Case, Count, F, Min, Q, QuerySet, Value, When

from servicedesk import clock
from servicedesk.errors import DeskError
from servicedesk.prepared import execute_prepared
from servicedesk.rows import Statement, send_together

LONGEST_ERROR = 2000
# In SQL, because only so are choosing, locking and numbering one statement.
CLAIM = """
UPDATE {table} SET claim = claim + 1, claimed_until = %(lease_end)s
WHERE id = ANY(ARRAY(
    SELECT id FROM {table}
    WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= %(until)s
      AND (claimed_until IS NULL OR claimed_until <= %(now)s)
    ORDER BY due_at, id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
))
RETURNING id, claim, due_at
"""
START = """
UPDATE {table} SET attempts = attempts + 1, unsettled = unsettled + (started_at IS NOT NULL)::int,
    started_at = clock_timestamp() + %s::interval
WHERE id = %s AND claim = %s AND done_at IS NULL AND failed_at IS NULL
  AND claimed_until > clock_timestamp() + %s::interval
  AND attempts < %s AND unsettled + (started_at IS NOT NULL)::int <= %s
RETURNING started_at
"""
PARK = """
UPDATE {table} SET failed_at = clock_timestamp() + %s::interval, unsettled = unsettled + (started_at IS NOT NULL)::int,
    started_at = NULL, last_error = concat_ws(' ', nullif(last_error, ''), 'Given up after attempt ' || attempts ||
        ': it ended without a result, because its process died or lost its lease.')
WHERE id = %s AND claim = %s AND done_at IS NULL AND failed_at IS NULL
  AND claimed_until > clock_timestamp() + %s::interval
"""
SETTLE = "UPDATE {table} SET {named} WHERE id = %s AND claim = %s AND done_at IS NULL AND failed_at IS NULL"
#: How an open row stands that nobody has claimed or tried yet.
FRESH = {"claimed_until": None, "started_at": None, "attempts": 0, "unsettled": 0, "last_error": ""}


class Owed(models.Model):
    """One piece of owed work: open until `done_at` or, after the last attempt, `failed_at` is set."""

    ATTEMPTS: ClassVar[int] = 3
    #: Attempts that may end without anybody knowing how; where a repeat is harmless, as many as there are attempts.
    UNSETTLED: ClassVar[int] = 3
    #: Whether the work acts outside the database: then each of its commits is on disk before the next act.
    ACTS_OUTSIDE: ClassVar[bool] = False
    #: How long a claim holds: longer than the work takes, and short enough that another can take over in time.
    LEASE: ClassVar[timedelta] = timedelta(seconds=25)
    #: The pause after the first, the second … failed attempt.
    PAUSES: ClassVar[tuple[timedelta, ...]] = (timedelta(seconds=3), timedelta(seconds=15))

    #: Which rows wait for a person's decision.
    HELD: ClassVar[Q | None] = None

    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, editable=False, help_text="nobody else may claim it before")
    claim = models.PositiveIntegerField(default=0, editable=False, help_text="number of the present claim; the fence")
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(
        null=True, editable=False, help_text="when the attempt began whose end is unknown"
    )
    unsettled = models.PositiveSmallIntegerField(default=0, help_text="attempts of which nobody knows how they ended")
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True, help_text="parked; a retry by hand clears it")
    last_error = models.TextField(blank=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["due_at"], name="%(app_label)s_%(class)s_owed", condition=Q(done_at=None, failed_at=None)
            ),
            models.Index(
                fields=["failed_at"],
                name="%(app_label)s_%(class)s_parked",
                condition=Q(done_at=None, failed_at__isnull=False),
            ),
        ]


class Stale(DeskError):
    """Raised when the row is no longer this worker's: it was done, parked or claimed anew. Commit nothing."""

    code = "claim_stale"
    status = 409
    sentence = "Another worker has this by now. Nothing was changed."


class NotNow(DeskError):
    """Raised by the work when something outside is away: the attempt is given back and made again later."""

    code = "not_now"
    status = 503
    sentence = "{reason}"


class OutcomeUnknown(DeskError):
    """Raised by the work when it cannot know whether its effect took place."""

    code = "outcome_unknown"
    status = 503
    sentence = "Nobody knows whether it took place: {reason}"


@dataclass(frozen=True)
class Claimed:
    """A row and the number under which it may be settled."""

    pk: int
    claim: int


@dataclass(frozen=True)
class Backlog:
    """What is owed and not done. `oldest_seconds` is how long the oldest row is overdue, 0 when none is."""

    due: int
    oldest_seconds: int
    parked: int


def claim(*, model: type[Owed], now: datetime, limit: int, until: datetime | None = None) -> list[Claimed]:
    """Claim up to `limit` rows due by `until` (without it, by `now`), earliest first, each under a new number.

    One statement; rows that another holds or is claiming are passed over. Counts no attempt.
    """
    statement = CLAIM.format(table=model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"until": until or now, "now": now, "lease_end": now + model.LEASE, "limit": limit})
        found = sorted((due_at, pk, number) for pk, number, due_at in cursor.fetchall())
    return [Claimed(pk, number) for _, pk, number in found]


def release(*, model: type[Owed], claimed: list[Claimed]) -> None:
    """Give back claims whose wake-up could not be sent, so that they can be claimed at once."""
    for one in claimed:
        _held(model, one.pk, one.claim).update(claimed_until=None)


def start(*, model: type[Owed], pk: int, claim: int) -> datetime | None:
    """Count an attempt, committed before its work begins; returns the database's time, None when there is nothing to
    do: the claim is stale, or no attempt is left and the row is parked.

    An earlier attempt that began and was never settled counts as one of which nobody knows how it ended.
    """
    table = model._meta.db_table
    held: list[Any] = [clock.offset, pk, claim, clock.offset]
    with connection.cursor() as cursor:
        if model.ACTS_OUTSIDE:
            cursor.execute("SET synchronous_commit TO on")
        execute_prepared(cursor, (START.format(table=table), [*held, model.ATTEMPTS, model.UNSETTLED]))
        started = cursor.fetchone()
        if started:
            started_at: datetime = started[0]
            return started_at.astimezone(UTC)
        cursor.execute(PARK.format(table=table), held)
    return None


def settle(*, model: type[Owed], pk: int, claim: int, now: datetime, note: str = "", **values: Any) -> None:
    """Mark the row done, in the caller's transaction, and set `values`; `note` says why nothing had to be done.

    Raises Stale when the claim is no longer the caller's.
    """
    settle_with(model=model, pk=pk, claim=claim, now=now, note=note, **values)


def settle_with(
    *work: Statement, model: type[Owed], pk: int, claim: int, now: datetime, note: str = "", **values: Any
) -> None:
    """Do the last of the `work` and settle, in one round trip. Raises Stale: then the caller's transaction must end."""
    columns = {"done_at": now, "started_at": None, "last_error": note, **values}
    named = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in columns)
    settling = Statement(SETTLE.format(table=model._meta.db_table, named=named), [*columns.values(), pk, claim])
    if not send_together(*work, settling):
        raise Stale


def demand_held(*, model: type[Owed], pk: int, claim: int) -> None:
    """Raises Stale when the row was claimed anew, done or parked meanwhile; asked before what cannot be undone."""
    if not _held(model, pk, claim).exists():
        raise Stale


def fail(*, model: type[Owed], pk: int, claim: int, now: datetime, error: BaseException) -> None:
    """Note a failed attempt: another after a pause, or parked after the last. A stale claim notes nothing."""
    is_unknown = isinstance(error, OutcomeUnknown)
    unsettled = F("unsettled") + int(is_unknown)
    _held(model, pk, claim).update(
        started_at=None,
        unsettled=unsettled,
        last_error=f"{type(error).__name__}: {error}"[:LONGEST_ERROR].replace("\x00", "?"),
        claimed_until=_next_attempt(model, now),
        failed_at=Case(
            When(attempts__gte=model.ATTEMPTS, then=Value(now)),
            When(unsettled__gt=model.UNSETTLED - int(is_unknown), then=Value(now)),
        ),
    )


def finish(*, model: type[Owed], pk: int, claim: int, now: datetime, **values: Any) -> None:
    """Mark the row done as `settle` does; `values` may be expressions over its columns. Raises Stale."""
    if not _held(model, pk, claim).update(done_at=now, started_at=None, last_error="", **values):
        raise Stale


def put_back(*, model: type[Owed], pk: int, claim: int, **values: Any) -> None:
    """A part is done: set `values`, and let the rest be claimed, once it is due, as a first attempt. Raises Stale."""
    if not _held(model, pk, claim).update(**FRESH, **values):
        raise Stale


def give_back(*, model: type[Owed], pk: int, claim: int, now: datetime, reason: str) -> None:
    """Take back an attempt that was hindered by something outside the row; the next is made after the first pause."""
    _held(model, pk, claim).update(
        started_at=None,
        attempts=F("attempts") - 1,
        claimed_until=now + model.PAUSES[0],
        last_error=reason[:LONGEST_ERROR],
    )


def retry(rows: "QuerySet[Any]") -> int:
    """Give parked rows three new attempts, by hand; returns how many there were."""
    return rows.filter(failed_at__isnull=False, done_at=None).update(
        failed_at=None, attempts=0, unsettled=0, started_at=None, claimed_until=None, claim=F("claim") + 1
    )


def backlog(*, model: type[Owed], now: datetime) -> Backlog:
    """What is overdue and what is parked; two statements, each by its own partial index."""
    overdue = open_rows(model).filter(due_at__lte=now).aggregate(number=Count("pk"), oldest=Min("due_at"))
    oldest_seconds = int((now - overdue["oldest"]).total_seconds()) if overdue["oldest"] else 0
    return Backlog(due=overdue["number"], oldest_seconds=oldest_seconds, parked=parked_rows(model).count())


def open_rows(model: type[Owed]) -> "QuerySet[Any]":
    """Rows neither done nor parked, as the partial index has them."""
    return model._base_manager.filter(done_at=None, failed_at=None)


def parked_rows(model: type[Owed]) -> "QuerySet[Any]":
    """Rows that wait for a retry by hand."""
    return model._base_manager.filter(done_at=None, failed_at__isnull=False)


def held_rows(model: type[Owed]) -> "QuerySet[Any]":
    """Rows that are done with and wait for a person's decision."""
    return model._base_manager.filter(model.HELD) if model.HELD else model._base_manager.none()


def _held(model: type[Owed], pk: int, claim: int) -> "QuerySet[Any]":
    """The row, if it is still open under this claim. The number is compared in the statement that changes the row."""
    return open_rows(model).filter(pk=pk, claim=claim)


def _next_attempt(model: type[Owed], now: datetime) -> Case:
    steps = [When(attempts=number, then=Value(now + pause)) for number, pause in enumerate(model.PAUSES, start=1)]
    return Case(*steps, default=Value(now + model.PAUSES[-1]))

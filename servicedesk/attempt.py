"""One attempt at an owed row: counted and committed first, then worked on, then settled under the fence."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.db import Error, connection

from servicedesk import owed
from servicedesk.clock import database_now
from servicedesk.crash import crash

log = logging.getLogger(__name__)

PATIENCE = 20.0  # seconds in which a lost database may come back before the attempt is left to its lease


class Work(Protocol):
    """Does what row `pk` says and settles it with `owed.settle`, raising Stale when the claim is lost."""

    def __call__(self, *, pk: int, claim: int, now: datetime) -> object: ...


def attempt(*, model: type[owed.Owed], pk: int, claim: int, work: Work) -> None:
    """Make one attempt at the row under this claim; does nothing when the claim is stale. Raises nothing.

    An error counts as a failed attempt, one about something outside (`NotNow`, a lost database) does not.
    """
    now = _start(model, pk, claim)
    if now is None:
        return
    crash("attempt:counted")
    try:
        work(pk=pk, claim=claim, now=now)
    except owed.Stale:
        log.warning("%s %s was taken over by another worker", model.__name__, pk)
    except owed.NotNow as reason:
        words = str(reason)
        insist(lambda: owed.give_back(model=model, pk=pk, claim=claim, now=database_now(), reason=words))
    except Exception as error:
        _note(model, pk, claim, error)


def _start(model: type[owed.Owed], pk: int, claim: int) -> datetime | None:
    """Begin; a connection that was cut since its last use is noticed only here, so a second one is tried."""
    for _ in range(2):
        try:
            return owed.start(model=model, pk=pk, claim=claim)
        except Error as error:
            log.warning("%s %s could not be begun: %s", model.__name__, pk, error)
            connection.close()
    return None


def _note(model: type[owed.Owed], pk: int, claim: int, error: Exception) -> None:
    """Write down why the attempt failed; if the database was lost meanwhile, wait for it and give the attempt back."""
    if not isinstance(error, owed.OutcomeUnknown):
        log.error("%s %s failed", model.__name__, pk, exc_info=error)
    if isinstance(error, Error) and not connection.is_usable():
        insist(lambda: owed.give_back(model=model, pk=pk, claim=claim, now=database_now(), reason=str(error)))
    else:
        insist(lambda: owed.fail(model=model, pk=pk, claim=claim, now=database_now(), error=error))


def insist(settle: Callable[[], None]) -> None:
    """Settle, trying until the database answers; in vain, the row's lease runs out and the attempt stays unsettled."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return settle()
        except Error:
            connection.close()
            if time.monotonic() > deadline:
                log.warning("an attempt was left to its lease: the database did not come back in %s s", PATIENCE)
                return None
            time.sleep(0.2)

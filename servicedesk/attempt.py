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
    try:
        now = owed.start(model=model, pk=pk, claim=claim)
    except Error:
        log.warning("%s %s was not begun: the database is away", model.__name__, pk)
        connection.close()
        return
    if now is None:
        return
    crash("attempt:counted")
    try:
        work(pk=pk, claim=claim, now=now)
    except owed.Stale:
        log.warning("%s %s was taken over by another worker", model.__name__, pk)
    except owed.NotNow as reason:
        owed.give_back(model=model, pk=pk, claim=claim, now=database_now(), reason=str(reason))
    except Exception as error:
        _note(model, pk, claim, error)


def _note(model: type[owed.Owed], pk: int, claim: int, error: Exception) -> None:
    """Write down why the attempt failed; if the database was lost meanwhile, wait for it and give the attempt back."""
    if not isinstance(error, owed.OutcomeUnknown):
        log.error("%s %s failed", model.__name__, pk, exc_info=error)
    if isinstance(error, Error) and not connection.is_usable():
        _when_back(lambda: owed.give_back(model=model, pk=pk, claim=claim, now=database_now(), reason=str(error)))
    else:
        _when_back(lambda: owed.fail(model=model, pk=pk, claim=claim, now=database_now(), error=error))


def _when_back(settle: Callable[[], None]) -> None:
    """Try to settle until the database answers; in vain, the row's lease runs out and the attempt stays unsettled."""
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

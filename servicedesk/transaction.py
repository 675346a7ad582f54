"""One transaction per act, tried again when the database asks for it."""

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from servicedesk.crash import crash

DEADLOCK, SERIALIZATION_FAILURE = "40P01", "40001"
ATTEMPTS = 3

P = ParamSpec("P")
R = TypeVar("R")


def in_one_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """All or nothing; a deadlock or serialisation failure is tried up to three times (CONTRIBUTING.md, Locks).

    Inside another act it is a part of that act's transaction, and only the outermost tries again.
    """

    @functools.wraps(act)
    def acted(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return act(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    result = act(*args, **kwargs)
                    crash("act:written")
                crash("act:committed")
                return result
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", None) not in (DEADLOCK, SERIALIZATION_FAILURE):
                    raise
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    return acted


def without_savepoint(act: Callable[P, R]) -> Callable[P, R]:
    """An act for a caller inside a transaction that ends with the act's error: nothing is kept to go back to."""
    return inspect.unwrap(act)  # type: ignore[no-any-return]

"""What runs in a process of its own. Nothing of the desk is imported before Django is set up there."""

import gc
import os
import pickle
from typing import Any

#: A replay leaves the processor to the people at work.
NICE = 10

_engine: Any = None


def begin(parent: int, database: dict[str, Any], job: bytes) -> None:
    """Set up in the parent's database; the process ends with its parent. Garbage is collected between parts only."""
    global _engine
    import django
    from django.db import connections

    from servicedesk.lifeline import die_with

    die_with(parent)
    os.nice(NICE)
    django.setup()
    connections.settings["default"].update(database)
    _engine = pickle.loads(job).make_engine()  # noqa: S301  # written by the parent
    gc.collect()
    gc.freeze()
    gc.disable()


def replay(ids: tuple[int, int]) -> Any:
    """One part of the job."""
    gc.collect()
    return _engine.replay(ids)

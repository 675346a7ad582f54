"""Which processes of a cluster are really alive. A process nobody reaped looks alive to kill(2), and is not."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def is_gone(pid: int) -> bool:
    """Ended, or a zombie that waits for a parent who never asks."""
    try:
        state = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return not answers(pid)
    return state in "ZX"


def answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def works_in(pid: int, folder: Path) -> bool:
    """Every living process of a cluster has it as working folder; a reused process id has another, a zombie none."""
    if not PROC.joinpath("self").exists():
        return answers(pid)
    about = PROC / str(pid)
    try:
        # Two signs, for whoever is taken for one of ours may be killed.
        return (about / "comm").read_text() == "postgres\n" and Path(os.readlink(about / "cwd")) == folder.resolve()
    except OSError:
        return False


def processes_in(folder: Path) -> list[int]:
    return [int(p.name) for p in PROC.glob("[0-9]*") if works_in(int(p.name), folder)] if PROC.exists() else []


def wait_until(condition: Callable[[], bool], *, seconds: float, check: Callable[[], None] = lambda: None) -> bool:
    """Poll until the condition holds or the time is over; `check` may raise to end the wait early."""
    deadline = time.monotonic() + seconds
    while not condition():
        check()
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)

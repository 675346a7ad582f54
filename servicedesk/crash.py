"""Named points between two side effects where a rehearsal can kill or freeze the process; else they do nothing."""

import os
import signal
import threading

# CRASH is point, or point#n for the n-th time, and optionally @STOP to freeze instead of kill.
_name, _, _signal = os.environ.get("CRASH", "").partition("@")
_armed, _, _nth = _name.partition("#")
_left = int(_nth or 1)


def crash(point: str) -> None:
    """Here `kill -9` may strike: with CRASH=point#n it does, when the process comes here for the n-th time."""
    global _left
    if point != _armed:
        return
    _left -= 1
    if _left == 0:  # this thread itself must not come a step further, as it could if the process were signalled
        signal.pthread_kill(threading.get_ident(), signal.Signals[f"SIG{_signal or 'KILL'}"])

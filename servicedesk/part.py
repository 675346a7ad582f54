"""One child process of the desk: started, started again when it ends, stopped in order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from servicedesk.lifeline import die_with

STEADY = 10.0  # seconds alive after which earlier failures are forgotten
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 15.0
GRACE = 10.0  # seconds between the request to end and the end
ATTEMPTS = 5  # of an errand that fails each time


@dataclass
class Patience:
    """How long to wait before the next attempt: longer with each failure in a row."""

    failures: int = 0

    def pause(self, lived: float) -> float:
        """Seconds to wait after something that lived so many seconds has ended."""
        self.failures = 0 if lived > STEADY else self.failures
        self.failures += 1
        return float(min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE))


@dataclass
class Part:
    name: str
    argv: list[str]
    environment: dict[str, str]
    say: Callable[[str], None]
    is_errand: bool = False  # ends by itself when its work is done, and is then left alone
    is_over: bool = False
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    due: float = 0.0
    patience: Patience = field(default_factory=Patience)

    def start(self) -> None:
        parent = os.getpid()
        self.born = time.monotonic()
        self.process = subprocess.Popen(
            self.argv,
            stdin=subprocess.DEVNULL,
            env=self.environment,
            start_new_session=True,
            preexec_fn=lambda: die_with(parent),  # this process has one thread
        )

    def tend(self) -> None:
        """Notice an end, whatever the exit code, and start again when the pause is over.

        An errand is over when it ends well, and given up when it fails again and again.
        """
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            pause = self.patience.pause(now - self.born)
            self.is_over = self.is_errand and (not self.process.returncode or self.patience.failures >= ATTEMPTS)
            if self.process.returncode or not self.is_errand:
                then = "given up" if self.is_over else f"starting again in {pause:.1f} s"
                self.say(f"{self.name} ended (exit code {self.process.returncode}); {then}")
            self.clear()
            self.due = now + pause
        if self.process is None and not self.is_over and now >= self.due:
            self.start()

    def ask_to_end(self) -> None:
        if self.process:
            signal_group(self.process.pid, signal.SIGTERM)

    def end(self, deadline: float) -> None:
        """Wait until the deadline (monotonic seconds), then end it by force with everything it started."""
        if not self.process:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.say(f"{self.name} did not end in {GRACE:.0f} s; ending it by force")
        self.clear()

    def clear(self) -> None:
        """Leave nothing of it behind: neither the process nor what it started."""
        if self.process:
            signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def signal_group(leader: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, number)

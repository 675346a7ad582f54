"""A process that read the worker's code once and forks a worker per order, which saves each its two seconds of start.

A line of JSON in, one out. The worker's own start is rehearsed by whoever runs the whole desk (tests/launcher,
tests/flows) and by the worker that is asked to end in order.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "servicedesk.settings"


class Hatched:
    """A forked worker as its test handles it: a part of what subprocess.Popen offers."""

    def __init__(self, brood: "Brood", pid: int) -> None:
        self.brood, self.pid = brood, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.brood.ask(ended=self.pid)
        return self.returncode

    def wait(self, timeout: float = 30) -> int:
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("worker", timeout)
            time.sleep(0.02)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Brood:
    """The test's end of the process."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def ask(self, **order: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the brood is gone"
        return json.loads(line)

    def hatch(self, **environment: str) -> Hatched:
        return Hatched(self, self.ask(environment=environment))


def hatch(environment: dict[str, str]) -> int:
    """Fork; the child becomes a worker with this added to its environment, and dies with this process."""
    mother = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        from servicedesk import crash, worker
        from servicedesk.lifeline import die_with

        die_with(mother)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(2, 1)
        os.environ.update(environment)
        importlib.reload(crash)  # it reads where to strike when it is read
        worker.main()
        code = 0
    finally:
        os._exit(code)


def ended(pid: int) -> int | None:
    """How a worker ended, as subprocess tells it; None while it lives."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def main() -> None:
    import django

    django.setup()
    importlib.import_module("tickets.tasks")
    importlib.import_module("dramatiq")
    for line in sys.stdin.buffer:
        order = json.loads(line)
        answer = hatch(order["environment"]) if "environment" in order else ended(order["ended"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

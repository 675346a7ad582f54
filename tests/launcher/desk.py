"""A desk run as a person would run it: real processes in a data folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from servicedesk.env import ROOT, VARIABLES
from servicedesk.localpg.processes import is_gone

PATIENCE = 60.0  # two cores shared with everything else


def wait_for(condition: Callable[[], object], *, what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


def clean_environment(**changes: str) -> dict[str, str]:
    ours = {variable.name for variable in VARIABLES} | {"DESK_DATABASE_ROLE", "DESK_SUPERVISED"}
    return {name: value for name, value in os.environ.items() if name not in ours} | changes


def processes_of(data: Path) -> dict[int, str]:
    """Every living process that was started for this data folder, by what its environment says."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"DESK_DATA={data}\0".encode() in folder.joinpath("environ").read_bytes()
            words = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if mine and not is_gone(int(folder.name)):
            found[int(folder.name)] = words
    return found


class Desk:
    def __init__(self, data: Path, *options: str, with_demo: bool = False, **environment: str) -> None:
        options = options if with_demo else ("--no-demo", *options)
        self.data, self.output = data, data.with_name(f"{data.name}.{time.monotonic_ns()}.out")
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "run", "--port", "0", *options],
            stdout=self.output.open("wb"),
            stderr=subprocess.STDOUT,
            env=clean_environment(DESK_DATA=str(data), **environment),
        )

    @property
    def words(self) -> str:
        return self.output.read_text()

    @property
    def address(self) -> str:
        return next(word for word in self.words.split() if word.startswith("http://")).rstrip("/")

    def wait_open(self, times: int = 1) -> None:
        def is_open() -> bool:
            assert self.process.poll() is None, self.words
            return self.words.count("the desk is open") >= times

        wait_for(is_open, what=f"the desk opens\n{self.words}")

    def get(self, path: str) -> int:
        """The status of a page; 0 when nobody answers."""
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

    def part(self, words: str) -> int:
        """The process whose command line has these words; the newest when there are several, 0 when none."""
        return max((pid for pid, line in processes_of(self.data).items() if words in line), default=0)

    def is_renewed(self, words: str, killed: set[int]) -> bool:
        now = {pid for pid, line in processes_of(self.data).items() if words in line}
        return bool(now) and not now & killed

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def running(data: Path, *options: str, with_demo: bool = False, **environment: str) -> Iterator[Desk]:
    desk = Desk(data, *options, with_demo=with_demo, **environment)
    try:
        desk.wait_open()
        yield desk
    finally:
        if desk.process.poll() is None:
            desk.end()
        for pid in processes_of(data):
            os.kill(pid, signal.SIGKILL)

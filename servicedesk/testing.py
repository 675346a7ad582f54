"""`test`: the whole suite on a PostgreSQL of its own that is thrown away."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from servicedesk import env, localpg
from servicedesk.database import is_own_server
from servicedesk.lifeline import die_with

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


#: One more than processors, since tests of whole processes wait a good deal; more would only wait for one another.
AT_ONCE = min((os.cpu_count() or 1) + 1, 4)
#: Each file stays with one of them, and the slow ones (browser, faults, flows) are begun before the many quick ones.
SPREAD = ("--numprocesses", str(AT_ONCE), "--dist", "loadfile", "--no-loadscope-reorder")


def main(arguments: list[str]) -> int:
    """pytest with these arguments; returns its exit code. The whole suite uses all processors, a part of it one."""
    if all(argument.startswith("-") for argument in arguments):
        arguments = [*SPREAD, *arguments]
    if not find_chromium():
        print("· no Chromium on this machine: the browser tests will be skipped", flush=True)  # noqa: T201
    os.environ["DESK_DATABASE_ROLE"] = "owner"
    with throw_away_folder() as folder:
        os.environ["DESK_DATA"] = str(folder)
        if not is_own_server():
            return run_pytest(["--create-db", *arguments])
        with localpg.use_cluster(folder, durable=False):
            return run_pytest(arguments)


def find_chromium() -> str | None:
    """The path of a Chromium on this machine; None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="desk-test-"))
    try:
        yield folder
    finally:
        home = localpg.home_of(folder)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def run_pytest(arguments: list[str]) -> int:
    """Ctrl-C reaches pytest itself, which then closes in order; SIGTERM is passed on as Ctrl-C."""
    parent = os.getpid()
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=env.ROOT,
        preexec_fn=lambda: die_with(parent),
    )

    def pass_on(_number: int, _frame: FrameType | None) -> None:
        process.send_signal(signal.SIGINT)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, pass_on)
    return process.wait()

"""How much memory the whole desk takes for itself while nobody uses it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from servicedesk import env
from tickets.bench.measuring import Measured

STARTED_WITHIN, SETTLED_AFTER = 120.0, 5.0
SHOWN = ("Private_Clean:", "Private_Dirty:")


def bench_memory_idle(size: int) -> Measured:
    """Start a desk of its own, PostgreSQL included, and add up what each of its processes has for itself alone."""
    measured = Measured("memory_idle", size)
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder, _running(Path(folder)) as process:
        time.sleep(SETTLED_AFTER)
        measured.megabytes = sum(map(private_kilobytes, _family(process.pid, folder))) / 1024
    return measured


@contextmanager
def _running(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    port = _free_port()
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "DESK_"))}
    process = subprocess.Popen(
        [sys.executable, str(env.ROOT / "manage.py"), "run", "--no-demo", "--port", str(port), "--data", str(folder)],
        env=quiet,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_until_ready(port, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> None:
    opener, deadline = build_opener(ProxyHandler({})), time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(f"http://localhost:{port}/health/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the desk to be measured did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _family(root: int, folder: str) -> set[int]:
    """The process and all below it; PostgreSQL, which is nobody's child, is known by its data folder."""
    parents: dict[int, int] = {}
    found = {root}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            status = (place / "stat").read_text().rpartition(")")[2].split()
            parents[int(place.name)] = int(status[1])
            if folder.encode() in (place / "cmdline").read_bytes():
                found.add(int(place.name))
        except OSError:
            continue
    grown = True
    while grown:
        below = {pid for pid, parent in parents.items() if parent in found}
        grown = not below <= found
        found |= below
    return found


def private_kilobytes(pid: int) -> int:
    """What the process shares with no other; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(SHOWN))

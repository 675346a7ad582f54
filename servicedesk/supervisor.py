"""`run`: one command for everything. `web`: the web server alone. Both watch over what they start."""

import argparse
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import psycopg2

from servicedesk import env, localpg
from servicedesk.database import default_database, is_own_server
from servicedesk.launch import SUPERVISED
from servicedesk.localpg.cluster import alone
from servicedesk.localpg.place import open_lock
from servicedesk.localpg.provision import Unfit, demand_fitness
from servicedesk.part import GRACE, Part, Patience

MANAGE = str(env.ROOT / "manage.py")
TICK = 0.1


class Stopped(Exception):
    """Ctrl-C or SIGTERM came; raised only where nothing can be lost by it."""


class Refused(Exception):
    """The desk cannot start, and the message says why."""


def say(text: str) -> None:
    with suppress(OSError):  # the terminal may be gone: the desk goes on
        print(f"· {text}", flush=True)


class Stop:
    """Remembers that a signal came. Raising from the handler could lose a process between its birth and its name."""

    def __init__(self) -> None:
        self.came = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.note)

    def note(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True

    def check(self) -> None:
        if self.came:
            raise Stopped


def main(arguments: list[str]) -> int:
    """`run` or `web` with its options; returns the exit code."""
    options = parse(arguments)
    stop = Stop()
    data = env.path("DESK_DATA")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with own_desk(data) if options.command == "run" else nullcontext(Path(os.devnull)) as note:
            port = choose_port(options.host, options.port)
            address = f"http://{'localhost' if options.host in ('127.0.0.1', '0.0.0.0') else options.host}:{port}"  # noqa: S104
            note.write_text(f"{os.getpid()} {address}\n")
            with database(data, stop.check) as cluster:
                Desk(options, port, address, cluster, stop).live()
    except Refused as refusal:
        say(str(refusal))
        return 1
    except Stopped:
        say("stopped")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py", description=__doc__)
    parser.add_argument("command", choices=["run", "web"])
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="0 takes any free one; a taken one is said")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
    parser.add_argument("--data", metavar="DIR", help="folder of the desk's data (default: $DESK_DATA, else var)")
    return parser.parse_args(arguments)


@contextmanager
def own_desk(data: Path) -> Iterator[Path]:
    """One `run` for a data folder; yields the file that tells a second one where the first is."""
    note = data / "run.address"
    with open_lock(data / "run.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _, address = (note.read_text() if note.exists() else "").strip().partition(" ")
            where = f" (process {pid}) at {address}" if address else ""
            raise Refused(f"The desk in {data} is already running{where}. Left alone.") from None
        try:
            yield note
        finally:
            note.unlink(missing_ok=True)


def public_url(host: str, port: int) -> str:
    """What people see unless PUBLIC_URL says it: "localhost" only where nobody else can come, because the passwords of
    the demonstration, which everybody knows, open a desk of that name."""
    return f"http://{'localhost' if host == '127.0.0.1' else f'[{host}]' if ':' in host else host}:{port}"


def choose_port(host: str, wanted: int) -> int:
    """The wanted port, or the next free one with a word about it."""
    for port in range(wanted, wanted + 100) if wanted else [0]:
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
                found: int = probe.getsockname()[1]
        except PermissionError:
            raise Refused(f"Port {port} is not allowed to this user; choose one above 1023 with --port.") from None
        except OSError:
            continue
        if wanted not in (0, found):
            say(f"port {wanted} is taken; using {found}")
        return found
    raise Refused(f"No free port from {wanted} to {wanted + 99} on {host}; choose another with --port.")


@contextmanager
def database(data: Path, check: Callable[[], None]) -> Iterator[localpg.Cluster | None]:
    if is_own_server():
        with localpg.use_cluster(data, check=check, say=say) as cluster:
            yield cluster
        return
    known = default_database()
    with psycopg2.connect(
        host=known["HOST"], port=known["PORT"] or None, user=known["USER"], password=known["PASSWORD"],
        dbname=known["NAME"], connect_timeout=10, **known["OPTIONS"],
    ) as connection, connection.cursor() as cursor:  # fmt: skip
        demand_fitness(cursor, durable=True)
    connection.close()
    yield None


class Desk:
    """The parts of a running desk and the care for them."""

    def __init__(
        self, options: argparse.Namespace, port: int, address: str, cluster: localpg.Cluster | None, stop: Stop
    ) -> None:
        self.options, self.address, self.cluster, self.stop = options, address, cluster, stop
        self.environment = {"PUBLIC_URL": public_url(options.host, port), **os.environ, SUPERVISED: "1"}
        self.patience, self.due = Patience(), 0.0
        self.parts = [self.part("web", web_server(options.host, port))]
        if options.command == "run":
            self.parts.append(self.part("worker", [sys.executable, MANAGE, "worker"]))

    def part(self, name: str, argv: list[str]) -> Part:
        return Part(name=name, argv=argv, environment=self.environment, say=say)

    def live(self) -> None:
        """Until a signal comes. Leaves no part running."""
        try:
            if self.options.command == "run":
                self.prepare()
            for part in self.parts:
                part.start()
            self.wait_for_web()
            say(f"the desk is open: {self.address}/   (Ctrl-C stops it)")
            self.tell_first_day()
            self.load_demo()
            while True:
                self.tend()
        finally:
            self.close()

    def tend(self) -> None:
        self.stop.check()
        self.tend_database()
        for part in self.parts:
            part.tend()
        time.sleep(TICK)

    def tend_database(self) -> None:
        """PostgreSQL ended although nobody stopped it: start it again; what was committed is there."""
        if self.cluster is None or self.cluster.postmaster() or time.monotonic() < self.due:
            return
        say("PostgreSQL ended; starting it again")
        try:
            with alone(self.cluster.data, self.stop.check):
                self.cluster.start(self.stop.check)
        except (localpg.ClusterError, Unfit, psycopg2.Error, OSError) as error:
            say(f"{error}")
            self.due = time.monotonic() + self.patience.pause(0.0)

    def prepare(self) -> None:
        """Bring the tables up to date, as their owner."""
        argv = [sys.executable, MANAGE, "prepare", *(["--no-demo"] if self.options.no_demo else [])]
        say("bringing the tables up to date")
        step = self.part("prepare", argv)
        step.start()
        self.parts.append(step)
        while step.process and step.process.poll() is None:
            self.stop.check()
            time.sleep(0.02)
        self.parts.remove(step)
        if step.process and step.process.returncode:
            raise Refused("The tables could not be brought up to date; the reason is above. Nothing was started.")

    def tell_first_day(self) -> None:
        """A desk without a company waits to be set up by whoever has its key (servicedesk/people/opening.py)."""
        key = env.path("DESK_DATA") / "setup_secret"
        if self.options.command == "run" and key.exists():
            say(f"it is new; set it up here, once: {self.address}/setup/?secret={key.read_text().strip()}")

    def load_demo(self) -> None:
        """Go on with the demonstration, beside the desk that is open already; where there is none it ends at once."""
        if self.options.command == "run" and not self.options.no_demo:
            errand = self.part("the loading of the demonstration", [sys.executable, MANAGE, "demo", "--if-empty"])
            errand.is_errand = True
            self.parts.append(errand)

    def wait_for_web(self) -> None:
        while not answers(self.address):
            self.tend()

    def close(self) -> None:
        for part in self.parts:
            part.ask_to_end()
        deadline = time.monotonic() + GRACE
        for part in self.parts:
            part.end(deadline)


def web_server(host: str, port: int) -> list[str]:
    """The command line of the web server: one process, a fixed pool of threads."""
    return [
        sys.executable, "-m", "granian", "servicedesk.web:application", "--interface", "wsgi",
        "--host", host, "--port", str(port), "--workers", "1", "--blocking-threads", env.text("WEB_THREADS"),
        "--backpressure", str(4 * env.number("WEB_THREADS")), "--workers-kill-timeout", "8",
        "--no-ws", "--log-level", "error",
    ]  # fmt: skip


def answers(address: str) -> bool:
    """Whether a web server speaks there; what it says does not matter (it may send us to https)."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=1)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status > 0
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()

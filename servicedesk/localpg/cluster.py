"""One embedded PostgreSQL in one data folder: made, started, adopted, stopped, recovered."""

import fcntl
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import dumps
from pathlib import Path
from typing import IO

from psycopg2 import OperationalError

from servicedesk.lifeline import die_with_parent
from servicedesk.localpg import provision
from servicedesk.localpg.account import Account, choose_account, give
from servicedesk.localpg.place import home_of, make_private, open_lock, programs, settle_home, sockets_of
from servicedesk.localpg.processes import is_gone, processes_in, send, wait_until, works_in

INITDB = (
    "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256", "--no-instructions", "--data-checksums", f"--username={provision.SUPERUSER}",
)  # fmt: skip
# For a million tickets on a small machine, and little when idle.
SETTINGS = {
    "listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "60",
    "effective_cache_size": "1GB", "work_mem": "16MB", "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1", "jit": "off", "max_wal_size": "2GB", "io_workers": "1",
    "timezone": "UTC", "log_timezone": "UTC", "log_checkpoints": "off",
}  # fmt: skip
THROW_AWAY = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100",
    "shared_buffers": "128MB",
}  # fmt: skip
# The indexes that reports read of a million tickets take 800 MB; what is not used takes nothing.
LEAST_BUFFERS, MOST_BUFFERS = 128, 1024
LOG_LIMIT = 10_000_000


def buffers() -> str:
    """PostgreSQL's own share of this machine's memory: an eighth, within bounds."""
    megabytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return f"{max(LEAST_BUFFERS, min(MOST_BUFFERS, megabytes // 8))}MB"


class ClusterError(Exception):
    """PostgreSQL could not be made or started; the message ends with its own words."""


def ignore() -> None:
    return None


class Cluster:
    """PostgreSQL in `data`; `durable=False` is for a throw-away one that may lose everything in a crash."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.data = data.resolve()
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        return home_of(self.data)

    @property
    def files(self) -> Path:
        return self.home / "cluster"

    def postmaster(self) -> int | None:
        """The id of the living server process of this cluster, whoever started it."""
        if self.process:
            self.process.poll()  # reaps our own child, so that it is not taken for alive
        lines = self._pid_file()
        pid = int(lines[0]) if lines and lines[0].strip().isdigit() else 0
        return pid if pid and works_in(pid, self.files) else None

    def is_ready(self) -> bool:
        lines = self._pid_file()
        return self.postmaster() is not None and len(lines) > 7 and lines[7].strip() == "ready"

    def start(self, check: Callable[[], None] = ignore) -> None:
        """Make the cluster if there is none, then start it or adopt the one that runs; returns when it takes work.

        `check` is called while waiting and may raise to give up; `stop` then ends what was begun.
        Raises ClusterError with the end of the log, Unfit when the server fails the demands at start.
        """
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        account = choose_account(self.files)
        settle_home(self.data, account)
        if not (self.files / "PG_VERSION").exists():
            self._make(account)
        check()
        self._run(account, check)
        try:
            provision.provision(self.home)
        except OperationalError:  # adopted while it was dying: a killed server looks alive for some milliseconds
            if not wait_until(lambda: self.postmaster() is None, seconds=2):
                raise
            self._run(account, check)
            provision.provision(self.home)
        provision.check_cluster(self.home, durable=self.durable)
        check()

    def _run(self, account: Account, check: Callable[[], None]) -> None:
        if self.postmaster() is None:
            self._clear_remains()
            give(self.home, account)
            self._spawn(account)
        self._wait_ready(check)

    def stop(self) -> None:
        """End the server in order: sessions are cut, everything committed is on disk."""
        pid = self.postmaster() or (self.process.pid if self.process else None)
        for number, seconds in ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if pid is None or is_gone(pid):
                break
            send(pid, number)
            wait_until(lambda: is_gone(pid), seconds=seconds)
        if self.process:
            self.process.wait()
            self.process = None

    def _pid_file(self) -> list[str]:
        try:
            return (self.files / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _make(self, account: Account) -> None:
        """Built aside and renamed: a killed initdb leaves no half-made cluster behind."""
        home = self.home
        aside = home.with_name(f"{home.name}.new")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        secrets = provision.make_secrets()
        for name, text in (("secrets.json", dumps(secrets)), ("password", secrets[provision.SUPERUSER])):
            with open(os.open(aside / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text)
        give(aside, account)
        self._run_initdb(aside, account)
        (aside / "password").unlink()
        aside.rename(home)

    def _run_initdb(self, aside: Path, account: Account) -> None:
        argv = [*account.prefix, str(programs(account) / "initdb"), *INITDB]
        argv += ["-D", str(aside / "cluster"), f"--pwfile={aside / 'password'}"]
        if not self.durable:
            argv.append("--no-sync")
        done = subprocess.run(argv, capture_output=True, text=True, env=environment(), cwd="/", **account.spawn)
        if done.returncode:
            raise ClusterError(f"PostgreSQL could not be set up in {aside}:\n{(done.stdout + done.stderr)[-2000:]}")

    def _clear_remains(self) -> None:
        """After a kill: wait for the dead server's last sessions, then remove the files that say it lives."""
        for number in (signal.SIGQUIT, signal.SIGKILL):
            if wait_until(lambda: not processes_in(self.files), seconds=2):
                break
            for pid in processes_in(self.files):
                send(pid, number)
        for remains in (self.files / "postmaster.pid", sockets_of(self.home) / ".s.PGSQL.5432.lock"):
            remains.unlink(missing_ok=True)

    def _spawn(self, account: Account) -> None:
        sockets = sockets_of(self.home)
        if sockets != self.home:
            make_private(sockets, account)
        here = {"unix_socket_directories": str(sockets), "shared_buffers": buffers()}
        settings = SETTINGS | here | ({} if self.durable else THROW_AWAY)
        argv = [*account.prefix, str(programs(account) / "postgres"), "-D", str(self.files)]
        argv += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self._open_log() as log:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment(), cwd="/",
                start_new_session=True, preexec_fn=None if self.durable else die_with_parent, **account.spawn,
            )  # fmt: skip

    def _open_log(self) -> IO[bytes]:
        log = self.home / "postgres.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.rename(log.with_suffix(".log.1"))
        return open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def _wait_ready(self, check: Callable[[], None]) -> None:
        def has_ended() -> bool:
            return is_gone(self.process.pid) if self.process else self.postmaster() is None

        if not wait_until(lambda: self.is_ready() or has_ended(), seconds=300, check=check) or not self.is_ready():
            raise ClusterError(f"PostgreSQL did not start. The end of {self.home / 'postgres.log'}:\n{self._log_end()}")

    def _log_end(self) -> str:
        try:
            return (self.home / "postgres.log").read_text(errors="replace")[-2000:]
        except OSError:
            return "(no log)"


def environment() -> dict[str, str]:
    """Ours without what PostgreSQL would take as orders: its own variables and the locale."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}


@contextmanager
def use_cluster(
    data: Path, *, durable: bool = True, check: Callable[[], None] = ignore, say: Callable[[str], None] = lambda _: None
) -> Iterator[Cluster]:
    """PostgreSQL in `data` for as long as the block lasts: the one that runs, or one started for it.

    Whoever uses the cluster holds a shared lock; the last to leave stops the server, so nobody stops it under others.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    cluster = Cluster(data, durable=durable)
    with open_lock(data / "postgres.users") as users:
        try:
            with alone(data, check):
                fcntl.flock(users, fcntl.LOCK_SH)
                if not cluster.is_ready():
                    say("starting PostgreSQL" if cluster.files.exists() else "setting up PostgreSQL")
                cluster.start(check)
            yield cluster
        finally:
            with alone(data):
                if takes(users, fcntl.LOCK_EX):
                    cluster.stop()


@contextmanager
def alone(data: Path, check: Callable[[], None] = ignore) -> Iterator[None]:
    """One process at a time starts or stops the cluster."""
    with open_lock(data / "postgres.lock") as lock:
        if not wait_until(lambda: takes(lock, fcntl.LOCK_EX), seconds=300, check=check):
            raise ClusterError(f"Another process has been starting or stopping PostgreSQL in {data} for five minutes.")
        yield


def takes(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

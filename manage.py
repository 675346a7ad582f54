#!/usr/bin/env python3
"""The one command of the desk: `run`, `test` and every Django command.

Needs nothing but Python 3.11 and pip. On first use it makes `.venv` from the hashed lock, says each step in a line,
and executes itself again inside it. Only the standard library may be imported here.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.lock"  # written last: without it the environment is taken for half-made
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
UV_LOCK = ROOT / "requirements-uv.lock"
DEVELOPER_COMMANDS = {"test", "develop", "screenshots"}
OLDEST = (3, 11)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def digest_of(kind: str) -> str:
    """What an environment of this kind was made from: the lock's text and the Python that reads it."""
    text = LOCKS[kind].read_bytes() + f"{sys.version_info[:2]} {ROOT}".encode()
    return f"{kind} {hashlib.sha256(text).hexdigest()}"


def installed() -> list[str]:
    """The digests of the locks the environment holds; empty when it is missing or half-made."""
    try:
        return STAMP.read_text().splitlines() if PYTHON.exists() else []
    except OSError:
        return []


def is_ready(kind: str) -> bool:
    return digest_of(kind) in installed()


@contextmanager
def alone() -> Iterator[None]:
    """One maker of the environment at a time; the others wait and find it made."""
    with open(ROOT / ".venv.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("· another command is making .venv: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def execute(argv: list[str | Path], environment: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a step to its end and give back its exit code and words; whatever ends us ends the step and its children."""
    step = subprocess.Popen(
        [str(word) for word in argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**os.environ, **(environment or {})},
    )
    try:
        words, _ = step.communicate()
    except BaseException:
        os.killpg(step.pid, signal.SIGKILL)
        step.wait()
        raise
    return step.returncode, words


def demand(argv: list[str | Path]) -> None:
    code, words = execute(argv)
    if code:
        raise SystemExit(f"{words[-3000:]}\nThis step failed (exit {code}): {' '.join(map(str, argv))}")


def environment_for_uv() -> dict[str, str]:
    """uv reads no pip settings: hand it the ones that decide whether a package can be reached at all."""
    answers = {"UV_NO_PROGRESS": "1", "UV_LINK_MODE": "copy", "UV_HTTP_TIMEOUT": "60"}
    if os.environ.get("PIP_CERT"):
        answers["SSL_CERT_FILE"] = os.environ["PIP_CERT"]
    code, index = execute([sys.executable, "-m", "pip", "config", "get", "global.index-url"])
    index = os.environ.get("PIP_INDEX_URL", "" if code else index.strip())
    if index.startswith("http"):
        answers["UV_DEFAULT_INDEX"] = index
    if not os.access(Path.home(), os.W_OK):
        answers["UV_NO_CACHE"] = "1"
    return {name: os.environ.get(name, answer) for name, answer in answers.items()}


def fetch_uv() -> Path | None:
    """uv installs in seconds what takes pip half a minute. Where it cannot be had, pip does the work."""
    place = VENV / "uv"
    if not (place / "bin" / "uv").exists():
        say("· fetching the installer (uv)")
        shutil.rmtree(place, ignore_errors=True)
        pip: list[str | Path] = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        code, _ = execute([*pip, "--no-deps", "--require-hashes", "--target", place, "-r", UV_LOCK])
        if code:
            return None
    return place / "bin" / "uv"


def install(kind: str) -> None:
    count = sum("==" in line for line in LOCKS[kind].read_text().splitlines())
    uv = fetch_uv()
    say(f"· installing {count} packages from {LOCKS[kind].name}")
    if uv:
        argv: list[str | Path] = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, LOCKS[kind]]
        if execute(argv, environment_for_uv())[0] == 0:
            return
        say("· uv could not; once more with pip, which takes longer")
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet"]
    demand([*pip, "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", LOCKS[kind]])


def make_ready(kind: str) -> None:
    """Make or update .venv. Killed at any point, the next command finds no stamp and makes it anew."""
    had = installed()
    if not had:
        say(f"· making {VENV} with Python {sys.version.split()[0]}")
        shutil.rmtree(VENV, ignore_errors=True)
        demand([sys.executable, "-m", "venv", "--without-pip", VENV])
    kind = "dev" if any(line.startswith("dev") for line in had) else kind
    STAMP.unlink(missing_ok=True)
    install(kind)
    kinds = ["run", "dev"] if kind == "dev" else ["run"]
    written = STAMP.with_suffix(".new")
    written.write_text("\n".join(map(digest_of, kinds)) + "\n")
    written.rename(STAMP)
    say("· .venv is ready")


def command_of(arguments: list[str]) -> str:
    """The first word that is neither an option nor the value of --data."""
    words = [w for i, w in enumerate(arguments) if not w.startswith("-") and (i == 0 or arguments[i - 1] != "--data")]
    return words[0] if words else ""


def end_by_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def bootstrap(arguments: list[str]) -> None:
    if sys.version_info < OLDEST:
        raise SystemExit(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}.")
    signal.signal(signal.SIGTERM, end_by_signal)
    kind = "dev" if command_of(arguments) in DEVELOPER_COMMANDS else "run"
    if not is_ready(kind):
        with alone():
            if not is_ready(kind):
                make_ready(kind)
    os.execv(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments])  # noqa: S606


def main() -> None:
    arguments = sys.argv[1:]
    if Path(sys.prefix).resolve() != VENV.resolve():
        bootstrap(arguments)
    from servicedesk.launch import launch

    sys.exit(launch(arguments))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)

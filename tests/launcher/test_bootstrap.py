"""`manage.py` on a machine where nothing is installed yet: a clone with one tiny package in its lock, no network."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from servicedesk.env import ROOT
from tests.launcher.desk import PATIENCE, clean_environment, wait_for

pytestmark = pytest.mark.process
LAUNCH = """
import sys
def launch(arguments):
    import tiny
    print("launched", *arguments, tiny.VERSION, sys.prefix)
    return 7
"""


def make_wheel(folder: Path, version: str) -> str:
    """A package `tiny` of this version; returns its line for a lock."""
    wheel = folder / f"tiny-{version}-py3-none-any.whl"
    about = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tiny.py", f"VERSION = {version!r}\n")
        file.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", f"tiny.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")
    return f"tiny=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


class Clone:
    def __init__(self, folder: Path) -> None:
        self.folder, self.wheels = folder / "clone", folder / "wheels"
        (self.folder / "servicedesk").mkdir(parents=True)
        self.wheels.mkdir()
        shutil.copy(ROOT / "manage.py", self.folder)
        (self.folder / "servicedesk" / "__init__.py").touch()
        (self.folder / "servicedesk" / "launch.py").write_text(LAUNCH)
        (self.folder / "requirements-uv.lock").write_text(f"uv==0.0.1 --hash=sha256:{'0' * 64}\n")
        self.lock(make_wheel(self.wheels, "1.0"))

    def lock(self, line: str) -> None:
        for name in ("requirements.lock", "requirements-dev.lock"):
            (self.folder / name).write_text(line)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return subprocess.Popen(
            [Path(sys.base_prefix) / "bin" / "python3", self.folder / "manage.py", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environment(**offline),
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        words, progress = process.communicate(timeout=PATIENCE)
        return process.returncode, words, progress


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_the_first_command_makes_the_environment_with_a_line_for_each_step(clone: Clone) -> None:
    code, words, progress = clone.run("anything", "--here")
    assert (code, words) == (7, f"launched anything --here 1.0 {clone.folder / '.venv'}\n"), progress
    steps = ["making", "fetching the installer", "installing 1 packages"]
    assert [step for step in steps if step in progress] == steps
    assert progress.splitlines()[-1] == "· .venv is ready"


def test_the_second_command_says_nothing_of_it(clone: Clone) -> None:
    clone.run("first")
    code, _, progress = clone.run("second")
    assert (code, progress) == (7, "")


def test_a_changed_lock_brings_the_environment_up_to_date(clone: Clone) -> None:
    clone.run("first")
    clone.lock(make_wheel(clone.wheels, "2.0"))
    _, words, progress = clone.run("second")
    assert " 2.0 " in words
    assert "installing 1 packages" in progress


def test_the_developers_tools_come_with_the_first_test(clone: Clone) -> None:
    clone.run("first")
    (clone.folder / "requirements-dev.lock").write_text(make_wheel(clone.wheels, "3.0"))
    assert " 1.0 " in clone.run("again")[1]
    assert " 3.0 " in clone.run("--data", "somewhere", "test")[1]
    assert " 3.0 " in clone.run("and", "after")[1]


def test_a_package_that_is_not_the_locked_one_is_refused(clone: Clone) -> None:
    clone.lock(f"tiny==1.0 --hash=sha256:{'1' * 64}\n")
    code, words, progress = clone.run("first")
    assert (code, words) == (1, "")
    assert "This step failed" in progress
    assert "Traceback" not in progress


def test_two_first_commands_at_once_make_one_environment(clone: Clone) -> None:
    both = [clone.start("first"), clone.start("second")]
    told = [process.communicate(timeout=PATIENCE) for process in both]
    assert [process.returncode for process in both] == [7, 7], told
    assert sum("is ready" in progress for _, progress in told) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("tenths", [1, 4, 9])
def test_an_environment_that_was_cut_short_is_made_anew(clone: Clone, number: signal.Signals, tenths: int) -> None:
    process = clone.start("first")
    time.sleep(tenths / 10)
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    code, words, progress = clone.run("second")
    assert (code, words[:16]) == (7, "launched second "), progress


def test_a_signal_during_the_making_ends_its_steps_and_their_children(clone: Clone) -> None:
    clone.run("first")
    waiting = clone.folder / "waiting"
    installer = clone.folder / ".venv" / "uv" / "bin" / "uv"
    installer.parent.mkdir(parents=True)
    installer.write_text(f"#!/bin/sh\n{sys.executable} -c 'import time; time.sleep(300)' {waiting} &\nwait\n")
    installer.chmod(0o755)
    clone.lock(make_wheel(clone.wheels, "2.0"))
    process = clone.start("second")
    wait_for(lambda: mentioning(waiting), what="the installer has begun")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    wait_for(lambda: not mentioning(waiting), what="nothing of it runs", seconds=5)


def mentioning(path: Path) -> str:
    lines = subprocess.run(["ps", "-ewwo", "stat=,args="], capture_output=True, text=True).stdout.splitlines()
    return "\n".join(line for line in lines if str(path) in line and not line.startswith("Z"))

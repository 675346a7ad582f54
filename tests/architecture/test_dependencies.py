"""What the desk stands on."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
from django.db import connection

from tests.architecture.sources import ROOT

LOCKS = sorted(ROOT.glob("requirements*.lock"))


def test_the_driver_is_psycopg2() -> None:
    assert connection.Database.__name__ == "psycopg2"
    assert importlib.util.find_spec("psycopg") is None, "Django would silently prefer psycopg 3"


def test_there_are_three_locks() -> None:
    assert [lock.name for lock in LOCKS] == ["requirements-dev.lock", "requirements-uv.lock", "requirements.lock"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_by_hash_and_holds_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    pins = re.split(r"\n(?=\S)", text.strip())
    assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_in_the_lock(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + (project["dependency-groups"]["dev"] if "dev" in name else [])
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / name).read_text(), re.MULTILINE))
    assert {re.split("[~=<>]", line)[0] for line in wanted} <= locked


def test_both_locks_hold_the_same_versions() -> None:
    pins = [set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))
            for name in ("requirements.lock", "requirements-dev.lock")]  # fmt: skip
    assert pins[0] <= pins[1]


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    explained = (ROOT / "docs" / "dependencies.md").read_text()
    names = [re.split("[~=<>]", line)[0] for line in
             project["project"]["dependencies"] + project["dependency-groups"]["dev"]]  # fmt: skip
    assert [name for name in names if f"`{name}`" not in explained] == []

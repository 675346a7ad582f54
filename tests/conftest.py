import gc
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright

from servicedesk.people.opening import known
from servicedesk.testing import find_chromium
from sla.versions import forget_versions
from tests.cast import Cast, assemble


def pytest_configure() -> None:
    """A password is made slow to guess on purpose; a thousand tests that sign in need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish() -> None:
    """What four thousand collected tests are made of stays to the end: the collector need not look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(autouse=True)
def open_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks of tests are open; those of tests/pages/setup begin on their first day."""
    monkeypatch.setattr(known, "is_open", True)
    monkeypatch.setattr(known, "name", "")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One for all tests of a process: playwright bears no second loop in a thread."""
    path = find_chromium()
    if not path:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        # playwright keeps a loop running in this thread, in which Django then takes every query for a mistake.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture
def cast(db: None) -> Cast:
    """Everyone on stage in a database of their own."""
    forget_versions()
    return assemble()

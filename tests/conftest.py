import pytest
from django.conf import settings

from servicedesk.people.opening import known
from sla.versions import forget_versions
from tests.cast import Cast, assemble


def pytest_configure() -> None:
    """A password is made slow to guess on purpose; a thousand tests that sign in need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def open_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks of tests are open; those of tests/pages/setup begin on their first day."""
    monkeypatch.setattr(known, "is_open", True)
    monkeypatch.setattr(known, "name", "")


@pytest.fixture
def cast(db: None) -> Cast:
    """Everyone on stage in a database of their own."""
    forget_versions()
    return assemble()

import pytest

from servicedesk.people.opening import known
from sla.versions import forget_versions
from tests.cast import Cast, assemble


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

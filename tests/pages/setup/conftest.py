from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from servicedesk.people.opening import known, setup_secret
from sla.versions import forget_versions
from tests.faults.sink import Sink, open_sink

PASSWORD = "correct horse battery"
ADMINISTRATOR = {
    "name": "Adam First",
    "login": "adam",
    "email": "adam@example.org",
    "password": PASSWORD,
    "again": PASSWORD,
}


@pytest.fixture
def empty(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A desk on its first day, with a data folder of its own and no mail server in the environment."""
    forget_versions()
    monkeypatch.setattr(known, "is_open", False)
    monkeypatch.setenv("DESK_DATA", str(tmp_path))
    for name in ("EMAIL_URL", "INBOX_URL", "EMAIL_SENDER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def keeper(empty: None) -> Client:
    """The browser of whoever has the key."""
    client = Client(headers={"accept-language": "en"})
    client.get("/setup/", {"secret": setup_secret()})
    return client


@pytest.fixture
def administrator(keeper: Client) -> Client:
    """The same browser, in which company and administrator are named."""
    keeper.post("/setup/company/", {"name": "Daisy", "zone": "Europe/Moscow", "language": "en"})
    keeper.post("/setup/administrator/", ADMINISTRATOR)
    return keeper


@pytest.fixture
def settled(administrator: Client) -> Client:
    """And its departments; everything but opened."""
    administrator.post("/setup/departments/", {"department": ["IT", "Warehouse", ""], "own": "1"})
    return administrator


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    """A mail server, and its port."""
    sink, server = open_sink()
    yield sink, server.port
    server.stop()

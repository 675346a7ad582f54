from collections.abc import Iterator
from datetime import datetime

import pytest

from servicedesk import clock
from tests.cast import Cast
from tests.faults.listener import Listener
from tests.owed.desk import WorkingDesk


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> WorkingDesk:
    """The cast, with a worker that works when the test says so, at the time the test says it is."""

    def move(moment: datetime) -> None:
        monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))

    desk = WorkingDesk(cast, move)
    desk.at(cast.now)
    return desk


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """Another system on this machine, which the desk may call in this test."""
    monkeypatch.setenv("WEBHOOK_NETWORKS", "127.0.0.0/8")
    heard = Listener()
    yield heard
    heard.close()

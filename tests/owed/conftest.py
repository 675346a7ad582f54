from datetime import datetime

import pytest

from servicedesk import clock
from tests.cast import Cast
from tests.owed.desk import WorkingDesk


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> WorkingDesk:
    """The cast, with a worker that works when the test says so, at the time the test says it is."""

    def move(moment: datetime) -> None:
        monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))

    desk = WorkingDesk(cast, move)
    desk.at(cast.now)
    return desk

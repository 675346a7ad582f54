from collections.abc import Callable
from datetime import datetime

import pytest

from servicedesk import clock


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """It is that moment now."""

    def move(moment: datetime) -> None:
        monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))

    return move

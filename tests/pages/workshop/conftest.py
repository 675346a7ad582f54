from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from servicedesk import clock
from tests.cast import Cast
from tests.owed.conftest import listener

__all__ = ["listener"]

Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def morning(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Monday, five past ten."""
    moment = cast.now + timedelta(minutes=5)
    monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[str], Client]:
    def signed(name: str) -> Client:
        client = Client()
        client.force_login(cast.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed

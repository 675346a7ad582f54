from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from servicedesk import clock
from tests.cast import Cast

SignIn = Callable[[str], Client]


@pytest.fixture
def signed_in(cast: Cast) -> SignIn:
    """A browser in which this person of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Make it be a moment: the desk's clock runs on from there."""

    def move(moment: datetime) -> None:
        monkeypatch.setattr(clock, "offset", clock.offset + (moment - clock.database_now()))

    return move

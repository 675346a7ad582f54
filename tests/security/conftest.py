import pytest

from tests.cast import Cast
from tests.security.world import World, canary_world


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    """The canary world; the API's clock stands, so that answers can be compared to the byte."""
    monkeypatch.setattr("servicedesk.api.database_now", lambda: cast.now)
    return canary_world(cast)

import pytest

from sla.versions import forget_versions
from tests.cast import Cast, assemble


@pytest.fixture
def cast(db: None) -> Cast:
    """Everyone on stage in a database of their own."""
    forget_versions()
    return assemble()

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from servicedesk import localpg
from tests.faults.desk import FaultDesk


@pytest.fixture(scope="session")
def own_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultDesk]:
    """A desk on a PostgreSQL of its own, as durable as a real one, since it is killed again and again."""
    data = Path(tmp_path_factory.mktemp("faults"))
    with localpg.use_cluster(data) as cluster:
        desk = FaultDesk(data, cluster)
        yield desk
        desk.close()
    shutil.rmtree(localpg.home_of(data), ignore_errors=True)


@pytest.fixture
def desk(own_desk: FaultDesk) -> Iterator[FaultDesk]:
    """The desk with nobody at work: each test starts the parts it needs, and none outlives it."""
    own_desk.forget_what_is_owed()
    before = len(own_desk.processes)
    yield own_desk
    own_desk.end(*own_desk.processes[before:])

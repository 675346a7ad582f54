import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launcher.desk import running


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose tables are made, at rest."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    with running(data):
        pass
    return data


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder of this test's own, as after the first day."""
    data = tmp_path / "data"
    shutil.copytree(prepared, data, symlinks=True)
    yield data
    shutil.rmtree(data)

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from servicedesk import localpg
from tests.channels.mail.mailbox import Mailbox
from tests.flows.desk import FlowDesk


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[FlowDesk]:
    """One desk with everything at work, for all stories: each asks for things of its own."""
    data, mailbox = Path(tmp_path_factory.mktemp("flows")), Mailbox()
    with localpg.use_cluster(data) as cluster:
        whole = FlowDesk(data, cluster, mailbox, chromium)
        yield whole
        whole.close()
    mailbox.close()
    shutil.rmtree(localpg.home_of(data), ignore_errors=True)

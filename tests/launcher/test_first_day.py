"""`run --no-demo` on an empty folder: it says where the desk is set up, and a kill in between loses nothing."""

import os
import re
import signal
from pathlib import Path

import pytest
import requests

from tests.launcher.desk import Desk, running, wait_for

pytestmark = pytest.mark.process


def post(session: requests.Session, address: str, **fields: str) -> requests.Response:
    """Send a form of the page at `address` as a browser would."""
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', session.get(address).text)
    assert token
    return session.post(address, {"csrfmiddlewaretoken": token[1], **fields}, headers={"Referer": address})


def key_of(desk: Desk) -> str:
    found = re.search(r"http\S+/setup/\?secret=\S+", desk.words)
    assert found, desk.words
    return found[0]


def test_an_empty_desk_says_where_it_is_set_up_and_goes_on_after_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data, "--no-demo") as desk:
        wait_for(lambda: "setup/?secret=" in desk.words, what="the address of the first day")
        session = requests.Session()
        assert session.get(desk.address, allow_redirects=False).headers["Location"] == "/setup/"
        assert session.get(key_of(desk)).url == f"{desk.address}/setup/company/"
        post(session, f"{desk.address}/setup/company/", name="Daisy", zone="UTC", language="en")
        os.kill(desk.process.pid, signal.SIGKILL)
        desk.process.wait()
    with running(data, "--no-demo") as desk:
        here = desk.address
        assert session.get(f"{here}/setup/").url == f"{here}/setup/administrator/"
        typed = dict.fromkeys(("password", "again"), "correct horse battery")
        named = {"name": "Ada", "login": "ada", "email": "ada@example.org"}
        assert post(session, f"{here}/setup/administrator/", **named, **typed).url == f"{here}/setup/departments/"
        assert not (data / "setup_secret").exists()

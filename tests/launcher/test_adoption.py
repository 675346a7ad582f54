"""A server found running, or seemingly so, is adopted; a dead one is started anew."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from servicedesk import localpg
from servicedesk.env import ROOT
from servicedesk.localpg import provision
from tests.launcher.test_cluster import ask

pytestmark = pytest.mark.process


def test_a_zombie_of_a_server_is_not_taken_for_alive(tmp_path: Path) -> None:
    """A parent that starts the server, kills it, and never asks how it ended: so does PID 1 of many a container."""
    program = f"""
        import os, signal, time
        from pathlib import Path
        from servicedesk import localpg
        cluster = localpg.Cluster(Path({str(tmp_path)!r}))
        cluster.start()
        os.kill(cluster.postmaster(), signal.SIGKILL)
        print("killed", flush=True)
        time.sleep(600)
    """
    argv = [sys.executable, "-c", textwrap.dedent(program)]
    parent = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert parent.stdout
        assert parent.stdout.readline() == "killed\n"
        assert (tmp_path / "postgres" / "cluster" / "postmaster.pid").exists()
        with localpg.use_cluster(tmp_path):
            assert ask(tmp_path, "SELECT 1") == 1
    finally:
        parent.kill()
        parent.wait()


def test_a_server_that_dies_while_it_is_adopted_is_started_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying, provide = [localpg.Cluster(tmp_path)], provision.provision

    def provide_later(home: Path) -> None:
        if dying:
            os.kill(dying.pop().postmaster() or 0, signal.SIGKILL)
        provide(home)

    monkeypatch.setattr(provision, "provision", provide_later)
    with localpg.use_cluster(tmp_path):
        assert ask(tmp_path, "SELECT 1") == 1
    assert not dying

"""A real IMAP server on loopback, in a process of its own, with one mailbox."""

import imaplib
import subprocess
import sys
import time
from contextlib import suppress

from servicedesk.lifeline import die_with
from tests.faults.sink import free_port

USER, PASSWORD = "desk", "secret"


class Mailbox:
    """The desk's mailbox as mail servers and people at a mail program see it."""

    def __init__(self) -> None:
        import os

        self.port, parent = free_port(), os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from pymap.main import main; main()", "--no-service", "admin", "--no-service",
             "managesieve", "--host", "127.0.0.1", "--port", str(self.port), "--no-tls", "dict",
             "--demo-user", USER, "--demo-password", PASSWORD],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=lambda: die_with(parent),
        )  # fmt: skip
        self.url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}"
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            with suppress(OSError):
                self._open().logout()
                return
            assert time.monotonic() < deadline, "the mailbox did not open"
            time.sleep(0.1)

    def _open(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        client.select()
        return client

    def put(self, *mails: bytes) -> None:
        """Deliver these mails."""
        client = self._open()
        for mail in mails:
            typ, said = client.append("INBOX", None, None, mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            assert typ == "OK", said
        client.logout()

    def count(self, criterion: str) -> int:
        """How many mails there are of those, by IMAP's word: ALL, SEEN, UNSEEN."""
        client = self._open()
        _, found = client.search(None, criterion)
        client.logout()
        return len(found[0].split())

    def unsee(self) -> None:
        """Mark all as unread, as people do."""
        client = self._open()
        client.store("1:*", "-FLAGS", "\\Seen")
        client.logout()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()

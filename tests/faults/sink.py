"""A real SMTP server on loopback that keeps what it accepts."""

import socket
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """Mails as accepted, in order. `refuse` is an SMTP reply to give instead of accepting; "" accepts."""

    mails: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: str = ""
    hangs_up: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        self.mails.append(message_from_bytes(envelope.content))
        self.recipients += envelope.rcpt_tos
        if self.hangs_up:
            server.transport.abort()
        return "250 accepted"

    def copies(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        return Counter(mail["Message-ID"] for mail in list(self.mails))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def open_sink() -> tuple[Sink, Controller]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    return sink, controller

"""A real HTTP server on loopback that keeps what a webhook was sent."""

from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Listener:
    """Messages as they came, in order: path, headers and body. `answer` is the status it gives."""

    messages: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answer: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False

    def __post_init__(self) -> None:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.messages.append((self.path, dict(self.headers.items()), body))
                if listener.hangs_up:
                    self.connection.close()
                    return
                self.send_response(listener.answer)
                for name, value in listener.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *said: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/desk"

    def deliveries(self) -> Counter[str]:
        """How often each delivery came."""
        return Counter(headers["Desk-Delivery"] for _path, headers, _body in list(self.messages))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

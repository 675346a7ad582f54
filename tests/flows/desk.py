"""A whole desk as people meet it: pages at an address, a mailbox, letters that arrive, an API."""

import json
import re
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import make_msgid
from http.client import HTTPConnection
from pathlib import Path
from subprocess import Popen
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from servicedesk import localpg
from tests.channels.mail.mailbox import Mailbox
from tests.faults.sink import free_port
from tests.letters import text_of
from tests.parts import Parts, wait_for

ADDRESS, PASSWORD = "desk@company.example", "correct horse battery"  # of the cast
#: How long the first answer to something urgent may take; its warning comes after four fifths of it.
PROMISE_SECONDS = 100


class FlowDesk(Parts):
    def __init__(self, data: Path, cluster: localpg.Cluster, mailbox: Mailbox, browser: Browser) -> None:
        port = free_port()
        self.url, self.mailbox, self.browser = f"http://127.0.0.1:{port}", mailbox, browser
        super().__init__(
            data, cluster, stage="tests.flows.stage", INBOX_URL=mailbox.url, PUBLIC_URL=self.url, TIME_ZONE="UTC"
        )
        self.web(port=port)
        self.at_work = self.worker()
        self.windows: dict[str, BrowserContext] = {}

    def close(self) -> None:
        for context in self.windows.values():
            context.close()
        super().close()

    def kill_the_worker(self) -> None:
        """`kill -9`; whatever it had claimed may be claimed by the next."""
        self.end(self.at_work)
        self.run_leases_out()

    def start_a_worker(self, crash: str = "") -> "Popen[bytes]":
        self.at_work = self.worker(crash=crash)
        return self.at_work

    # Pages.

    def window(self, login: str) -> BrowserContext:
        """The browser of this person, who has signed in on the sign-in page; the same one all day."""
        if login not in self.windows:
            context = self.browser.new_context(base_url=self.url, locale="en")
            context.set_default_timeout(20_000)
            page = context.new_page()
            page.goto("/accounts/login/")
            page.get_by_label("Login or e-mail").fill(login)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(re.compile(r"/(desk/)?$"))
            page.close()
            self.windows[login] = context
        return self.windows[login]

    def opens(self, login: str, address: str = "/") -> Page:
        page = self.window(login).new_page()
        page.goto(address)
        return page

    # The API.

    def api(self, login: str, path: str, **body: Any) -> Any:
        """What GET, or POST of a body, answers this person; the number of the status where it is refused."""
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        headers = {"Authorization": f"Bearer {self.known['tokens'][login]}", "Content-Type": "application/json"}
        connection.request("POST" if body else "GET", f"/api/v1{path}", json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        said = response.read()
        connection.close()
        return json.loads(said) if response.status < 300 else response.status

    def clock(self, login: str, number: int, metric: str, stage: str = "") -> Any:
        """The newest clock of this metric as the API tells it."""
        of_metric = [one for one in self.api(login, f"/tickets/{number}/clocks")["items"] if one["metric"] == metric]
        return max((one for one in of_metric if not stage or one["stage"] == stage), key=lambda one: one["cycle"])

    # Mail.

    def letters_to(self, login: str, words: str = "") -> list["Message[str, str]"]:
        """The mails that arrived for this person and hold these words, oldest first."""
        pairs = zip(list(self.sink.mails), list(self.sink.recipients), strict=False)
        return [mail for mail, to in pairs if to == f"{login}@example.org" and words in said(mail)]

    def letter_to(self, login: str, words: str) -> "Message[str, str]":
        """The one mail to this person with these words, waited for."""
        wait_for(lambda: self.letters_to(login, words), what=f"a letter to {login} that says {words!r}")
        (letter,) = self.letters_to(login, words)
        return letter

    def writes(self, login: str, text: str, *, subject: str, to: str = ADDRESS, **headers: str) -> bytes:
        """A mail from this person, delivered into the desk's mailbox, which is visited at once; the mail."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"{login.title()} <{login}@example.org>", to, subject
        mail["Message-ID"] = make_msgid(domain="mail.example")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self.deliver(mail.as_bytes())
        return mail.as_bytes()

    def deliver(self, *mails: bytes) -> None:
        self.mailbox.put(*mails)
        self.rows("UPDATE tickets_inbox SET due_at = now()")

    # The database.

    def is_past(self, moment: str) -> bool:
        """Whether this instant, as the API writes it, is over by the database's time."""
        return bool(self.one("SELECT clock_timestamp() > %s::timestamptz", moment))

    def number_of(self, subject: str) -> int:
        """The number of the one ticket with this subject."""
        ((number,),) = self.rows("SELECT number FROM tickets_ticket WHERE subject = %s", subject)
        return int(number)

    def facts(self, number: int) -> list[str]:
        """The kinds of what happened to a ticket, in order."""
        asked = """SELECT f.kind FROM sla_fact f JOIN tickets_ticket t ON t.journey_id = f.journey_id
                   WHERE t.number = %s ORDER BY f.seq"""
        return [kind for (kind,) in self.rows(asked, number)]


def said(mail: "Message[str, str]") -> str:
    """Subject and text of a mail."""
    return f"{make_header(decode_header(mail['Subject'] or ''))}\n{text_of(mail)}"

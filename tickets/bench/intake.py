"""The benchmark of mail that comes in: kept, then read by one thread of one worker."""

import time
from email.message import EmailMessage

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from servicedesk.people.models import Person
from tickets.bench.measuring import Measured
from tickets.channels.mail.receive import receive_mail
from tickets.channels.mail.store import store_mail
from tickets.models import InboundMail, Ticket

WRITER = "populated-sales-employee-1"
MAILS, WARM = 100, 5
TEXT = "The printer on the second floor does not print.\n\nOn Monday, 2 March 2026, Desk <desk@x.example> wrote:\n" + (
    "> We have your request.\n" * 40
)


def bench_mail_intake(size: int) -> Measured:
    """Each mail becomes a request with its clocks and its receipt; every fourth brings a picture of 100 KB."""
    Person.objects.filter(login=WRITER).update(email="writer@bench.example")
    before = Ticket.objects.count()
    measured = Measured("mail_intake", size)
    for number in range(WARM + MAILS):
        raw = _mail(number)
        begun = time.perf_counter()
        store_mail(raw=raw, source=InboundMail.Source.API, now=database_now())
        for one in owed.claim(model=InboundMail, now=database_now(), limit=10):
            attempt(model=InboundMail, pk=one.pk, claim=one.claim, work=receive_mail)
        if number >= WARM:
            measured.times.append(time.perf_counter() - begun)
    if Ticket.objects.count() != before + WARM + MAILS:
        measured.problem = "not every mail became a request"
    return measured


def _mail(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Writer <writer@bench.example>", "desk@bench.example"
    mail["Subject"], mail["Message-ID"] = f"Printer {number}", f"<{number}@bench.example>"
    mail.set_content(TEXT)
    if number % 4 == 0:
        picture = bytes([number]) + bytes(100_000)
        mail.add_attachment(picture, maintype="image", subtype="png", filename="printer.png")
    return mail.as_bytes()

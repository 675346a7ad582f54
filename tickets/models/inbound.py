from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from servicedesk.owed import Owed
from servicedesk.people.models import Person
from tickets.models.message import Message
from tickets.models.ticket import Ticket


class Inbox(Owed):
    """The mailbox of INBOX_URL as work that is owed again and again: whoever holds the claim fetches, nobody else.

    It is never done; each visit only moves `due_at`. Nothing that happens to a visit ends the next ones.
    """

    ATTEMPTS: ClassVar[int] = 30_000
    UNSETTLED: ClassVar[int] = 30_000
    ACTS_OUTSIDE: ClassVar[bool] = True  # a mail is on disk before the mailbox is told that we have it
    LEASE: ClassVar[timedelta] = timedelta(seconds=60)
    PAUSES: ClassVar[tuple[timedelta, ...]] = (timedelta(seconds=15),)

    mails = models.PositiveBigIntegerField(default=0, help_text="taken over so far")
    fetched_at = models.DateTimeField(null=True, help_text="when the mailbox was last seen to its end")

    class Meta(Owed.Meta):
        abstract = False

    def __str__(self) -> str:
        return "inbox"


class InboundMail(Owed):
    """One mail as it came, kept before anybody reads it; owed work until it is a message, held or set aside.

    Its bytes are attachment parts under `sha256`. `identity` is what makes two copies of a mail one.
    """

    LEASE: ClassVar[timedelta] = timedelta(seconds=60)
    HELD: ClassVar[Q] = Q(state="quarantine")

    class State(models.TextChoices):
        NEW = "new"
        MESSAGE = "message"
        QUARANTINE = "quarantine"
        IGNORED = "ignored"

    class Source(models.TextChoices):
        IMAP = "imap"
        API = "api"

    identity = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what the sender wrote")
    sha256 = models.CharField(max_length=64, help_text="of all bytes, as they came")
    size = models.PositiveIntegerField()
    header_id = models.CharField(max_length=250, blank=True, db_index=True, help_text="its Message-ID")
    source = models.CharField(max_length=4, choices=Source)
    mailbox = models.CharField(max_length=200, blank=True)
    uid = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    reason = models.CharField(max_length=30, blank=True, help_text="code; why it is held or was set aside")
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    is_answerable = models.BooleanField(default=True, help_text="a receipt may be sent: the sender did not forbid it")
    is_vouched = models.BooleanField(default=False, help_text="an administrator let it in from quarantine")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="mails")
    message = models.OneToOneField(Message, models.PROTECT, null=True, related_name="mail")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", help_text="who wrote it, or by an administrator's word did"
    )

    class Meta(Owed.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="inbound_is_one_of_three",
                condition=Q(state="message", message__isnull=False, ticket__isnull=False)
                | Q(state="new", message=None)
                | Q(state__in=["quarantine", "ignored"], message=None) & ~Q(reason=""),
            )
        ]
        indexes = [
            *Owed.Meta.indexes,
            models.Index(fields=["-received_at"], name="inbound_newest"),
            models.Index(fields=["-received_at", "-id"], name="inbound_held", condition=Q(state="quarantine")),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} from {self.sender or '?'}"

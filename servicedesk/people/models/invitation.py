from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from servicedesk.owed import Owed
from servicedesk.people.models.person import Person


class Invitation(Owed):
    """A mail owed to a person who has no password yet, with a link to choose one. Written in bulk, sent by the worker.

    The link's token is made from `nonce` and the desk's secret key, so that a repeated mail carries the same link and
    a stolen database opens no door; here stands only its SHA-256.
    """

    ACTS_OUTSIDE: ClassVar[bool] = True
    UNSETTLED: ClassVar[int] = 1  # a mail that may have gone out is repeated once at most
    LEASE: ClassVar[timedelta] = timedelta(seconds=90)
    PAUSES: ClassVar[tuple[timedelta, ...]] = (timedelta(seconds=30), timedelta(minutes=5))

    person = models.ForeignKey(Person, models.PROTECT, related_name="invitations")
    nonce = models.CharField(max_length=43, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    message_id = models.CharField(max_length=120, editable=False, help_text="of the mail, kept by every attempt")
    made_at = models.DateTimeField(editable=False)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    expires_at = models.DateTimeField(editable=False, help_text="seven days after it was made or last sent")
    used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta(Owed.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="invitation_one_live", condition=Q(used_at=None, revoked_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.person_id}"

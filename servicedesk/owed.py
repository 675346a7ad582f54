"""Work that must happen. The rows are the truth; a message on the broker is only a wake-up that carries an id.

A row is claimed for a lease. Each claim has a number, and whoever settles the row must still hold that number:
a worker that was frozen and thawed late cannot settle what another has claimed since (fencing). After three attempts
the row is parked: it keeps its last error, is shown to administrators and waits for a retry by hand.
"""

from django.db import models
from django.db.models import Q


class Owed(models.Model):
    """One piece of owed work: open until `done_at` or, after the last attempt, `failed_at` is set."""

    ATTEMPTS = 3

    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, editable=False)
    claim = models.PositiveIntegerField(default=0, editable=False, help_text="number of the present claim; the fence")
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True, help_text="parked; a retry by hand clears it")
    last_error = models.TextField(blank=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["due_at"], name="%(app_label)s_%(class)s_owed", condition=Q(done_at=None, failed_at=None)
            )
        ]

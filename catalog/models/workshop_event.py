from django.db import models

from servicedesk.people.models import Person


class WorkshopEvent(models.Model):
    """One line of the workshop's audit log, append-only: who did what to which thing, and when.

    `content` is what was published, for kinds that keep no versions of their own (services). Of a person, a customer,
    a segment and a mail `code` is the id, and `content` has its `name` at that time and the `changes`, each a field
    with what it was and what it became.
    """

    class Verb(models.TextChoices):
        FOUND = "found"  # what a service was before its first publication here
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"
        RESTORED = "restored"
        ADDED = "added"
        CHANGED = "changed"
        CLOSED = "closed"  # an account
        REOPENED = "reopened"
        REVOKED = "revoked"  # every token of a person
        RENEWED = "renewed"  # the password is forgotten, and an invitation sent
        INVITED = "invited"
        LET_IN = "let_in"  # a mail that was held
        SET_ASIDE = "set_aside"

    kind = models.CharField(max_length=20)
    code = models.SlugField()
    verb = models.CharField(max_length=10, choices=Verb)
    was = models.PositiveIntegerField(null=True, help_text="the version in force before")
    number = models.PositiveIntegerField(null=True, help_text="the version published")
    content = models.JSONField(null=True)
    reason = models.TextField(blank=True, help_text="why it was published although a check objected")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["kind", "code", "at"], name="workshop_event_of_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.verb}"

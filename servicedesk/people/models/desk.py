from django.db import models
from django.db.models import Q


class Desk(models.Model):
    """This installation, in one row: whose desk it is, how far its first day has come, and its mail settings.

    `opened_at` is null until somebody has gone through the first day; `is_demo` marks the demonstration company,
    whose sign-ins the sign-in page shows. An address in the environment (EMAIL_URL, INBOX_URL) wins over one here.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, choices=[("ru", "русский"), ("en", "English")], default="ru")
    time_zone = models.CharField(max_length=60, default="Europe/Moscow")
    is_demo = models.BooleanField(default=False)
    reached = models.CharField(max_length=20, default="company", help_text="the page of the first day that comes next")
    opened_at = models.DateTimeField(null=True, blank=True)
    demo_done = models.PositiveIntegerField(default=0, help_text="tickets of the demonstration loaded so far")
    demo_total = models.PositiveIntegerField(default=0, help_text="tickets the demonstration will have")
    email_url = models.CharField(max_length=300, blank=True, help_text="outgoing mail, as EMAIL_URL")
    inbox_url = models.CharField(max_length=300, blank=True, help_text="incoming mail, as INBOX_URL")
    mail_offering = models.SlugField(blank=True, help_text="the offering that a mail asks for")
    sender = models.EmailField(blank=True, help_text="the address the desk writes from and is written to")

    class Meta:
        constraints = [models.CheckConstraint(name="desk_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.name

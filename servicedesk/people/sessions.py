"""Signing a person out everywhere."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from servicedesk.people.models import Person


def end_sessions(*, person: Person, now: datetime) -> int:
    """Delete every session of `person` that still holds; returns how many. Reads all that hold, in batches."""
    live = Session.objects.filter(expire_date__gt=now).iterator(chunk_size=1000)
    theirs = [one.pk for one in live if one.get_decoded().get(SESSION_KEY) == str(person.pk)]
    return Session.objects.filter(pk__in=theirs).delete()[0]

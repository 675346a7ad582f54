"""A real browser on a live desk, where this machine has a Chromium."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from servicedesk.people.models import Person
from sla.versions import forget_versions
from tests.cast import Cast, assemble

Open = Callable[..., BrowserContext]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone on stage, committed, for the live server answers from another connection."""
    forget_versions()
    return assemble()


@pytest.fixture
def window(chromium: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Open a browser of its own: for a person who has signed in, or for nobody."""
    contexts: list[BrowserContext] = []

    def open_window(person: Person | None = None, **options: object) -> BrowserContext:
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        if person:
            context.add_cookies([{"name": "sessionid", "value": _session_of(person), "url": live_server.url}])
        return context

    yield open_window
    for context in contexts:
        context.close()


def _session_of(person: Person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)

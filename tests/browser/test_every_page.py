"""Every page that a link leads to, as each role of the demonstration company finds it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from catalog.models import Draft
from servicedesk import clock, owed
from servicedesk.attempt import attempt
from servicedesk.people.access import viewer_for
from servicedesk.people.models import Person
from servicedesk.people.opening import known
from sla.models import Policy, Replay
from sla.replay.asking import ask_replay, candidates_for, tried_from
from sla.replay.running import perform_replay
from sla.shaping.policies import POLICIES
from sla.versions import forget_versions
from tests.browser.conftest import Open
from tests.browser.test_pages import OF_COLOUR, complaints_of, look_at, visits
from tests.pages.messages import catalogue
from tickets.demo.load import load_demo, prepare_demo

pytestmark = pytest.mark.browser
NOW = datetime(2026, 3, 18, 8, 20, tzinfo=UTC)  # a Wednesday, 11:20 in Moscow
ROLES = ("employee", "client", "agent", "head", "leader", "admin")
LINK = re.compile(rb'href="([^"#]+)')
#: Not pages of ours, not pages at all, or the same page in another order.
ELSEWHERE = re.compile(r"^/(static|api|workshop/admin|health)/|[?&]as=|\.csv$|[?&](before|after|since)=")
#: Part of the address that makes it another page of the same route.
VARIES = re.compile(r"[?&](do(?==)|show=\w+)")
#: Routes that show each role another page, or other sections at its head.
EACH = (
    "",
    "tickets/<int:number>/",
    "bridge/",
    "workshop/",
    "workshop/policies/<slug:code>/",
    "workshop/calendars/<slug:code>/",
)
#: Rooms of the workshop that are looked over in Russian here alone; tests/browser/test_workshop.py has them in English.
ROOMS_OF_THE_COMPANY = frozenset(
    f"workshop/{room}/{page}"
    for rooms, pages in {
        ("services", "forms", "policies", "agreements"): ("", "<slug:code>/", "<slug:code>/edit/"),
        ("calendars",): ("", "<slug:code>/"),
        ("people", "customers", "segments"): ("", "<int:pk>/"),
        ("people/new", "segments/new", "mail", "health"): ("",),
    }.items()
    for room in rooms
    for page in pages
)
MOST = 300  # addresses one role is led along


def shape_of(address: str) -> str | None:
    """The route of an address with what of its query makes another page; None where it is none of ours."""
    path, _, query = address.partition("?")
    try:
        route = resolve(path).route
    except Resolver404:
        return None
    return route + "".join(found.group() for found in VARIES.finditer(f"?{query}"))


def pages_of(person: Person, seen: set[str]) -> Iterator[str]:
    """Addresses that links lead `person` to, one of each shape that is not in `seen` yet."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    waiting, met = ["/"], {"/"}
    for _number in range(MOST):
        if not waiting:
            return
        address = waiting.pop(0)
        answer = client.get(address, follow=True)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        yield address
        for link in LINK.findall(answer.content):
            found = link.decode().replace("&amp;", "&")
            found = address.partition("?")[0] + found if found.startswith("?") else found
            shape = shape_of(found) if found.startswith("/") and not ELSEWHERE.search(found) else None
            shape = f"{person.login} {shape}" if shape in EACH else shape
            if shape and found not in met and shape not in seen:
                met.add(found)
                seen.add(shape)
                waiting.append(found)


@cache
def english() -> frozenset[str]:
    """What is said in English wherever a translation is missing."""
    return frozenset(msgid for msgid, msgstr in catalogue().items() if len(msgid) > 3 and msgid != msgstr)


def faults_of(page: Page, scheme: str, width: int) -> list[str]:
    """What is wrong with an open page in one scheme at one width: of what these change, for the rest was looked at."""
    look_at(page, scheme=scheme, width=width)
    rules = [*OF_COLOUR, "target-size", "scrollable-region-focusable"]
    return [f"{scheme} {width} {one}" for one in complaints_of(page, rules)]


def words_of(page: Page) -> list[str]:
    """Headings that are not one, and English left on a Russian page."""
    said = [] if page.locator("h1").count() == 1 else [f"{page.url} has {page.locator('h1').count()} h1"]
    left = english() & {line.strip() for line in page.locator("body").inner_text().splitlines()}
    return said + [f"{page.url} says in English: {words}" for words in sorted(left)]


@pytest.fixture
def company(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demonstration with few tickets, on the morning it was made."""
    forget_versions()
    monkeypatch.setattr(clock, "offset", NOW - clock.database_now())
    prepare_demo(tickets=60, now=NOW)
    load_demo(seed=1, now=NOW)
    monkeypatch.setattr(known, "name", "Домснаб")
    try_a_promise(Person.objects.get(login="admin"))


def try_a_promise(person: Person) -> None:
    """A draft of a policy with half the time for everything, tried on the last quarter."""
    policy = Policy.objects.filter(current__isnull=False).select_related("current").order_by("pk")[0]
    assert policy.current is not None
    definition = policy.current.definition
    targets = [{**target, "seconds": target["seconds"] // 2} for target in definition["targets"]]
    typed = POLICIES.typed({"name": policy.name, **definition, "targets": targets})
    saved = {"begun_by": person, "saved_by": person, "saved_at": NOW}
    Draft.objects.create(kind="policy", code=policy.code, typed=typed, **saved)
    viewer = viewer_for(person)
    candidates = candidates_for(viewer)
    tried = tried_from(candidates=candidates, viewer=viewer)
    days = {"from_on": date(2025, 12, 1), "to_on": date(2026, 3, 18)}
    ask_replay(viewer=viewer, tried=tried, now=NOW, candidates=candidates, **days)
    for one in owed.claim(model=Replay, now=clock.database_now(), limit=1):
        attempt(model=Replay, pk=one.pk, claim=one.claim, work=perform_replay)


def test_every_page_is_whole_for_whoever_may_open_it(company: None, window: Open) -> None:
    complaints: list[str] = []
    seen: set[str] = set()
    looked_over: set[str | None] = set()
    for role in ROLES:
        person = Person.objects.get(login=role)
        context = window(person, viewport={"width": 1280, "height": 900}, locale="ru")
        for page in visits(context, pages_of(person, seen), complaints):
            complaints += words_of(page) + complaints_of(page) + faults_of(page, "dark", 390)
            look_at(page, scheme="light", width=1280)
            looked_over.add(shape_of(urlsplit(page.url).path))
        context.close()

    assert not complaints, "\n".join(complaints)
    assert len(seen) > 60
    assert ROOMS_OF_THE_COMPANY - looked_over == set()

"""/bridge/ and what stands behind its numbers: right counts, in the right of whoever reads, every number a link."""

import html
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sla.models import BreachCause, Clock, Journey
from tests.api.counting import counted
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets import actions
from tickets.models import Ticket

EXPECTED = json.loads((Path(__file__).parents[2] / "query_counts.json").read_text())
MARCH = "from=2026-03-01&to=2026-03-31"
Move = Callable[[datetime], None]


@pytest.fixture
def month(cast: Cast, at: Move) -> Cast:
    """IT answers Sales six times in time and once late, and Opt Torg twice; one of Sales' tickets is confidential."""
    cast.kept = [_answered(cast, "ann", "laptop", hours=1) for _ in range(6)]
    cast.late = _answered(cast, "ann", "laptop", hours=5)
    cast.clients = [_answered(cast, "carla", "help", hours=1) for _ in range(2)]
    cast.secret = _answered(cast, "ann", "laptop", hours=1)
    Ticket.objects.filter(pk=cast.secret.pk).update(is_confidential=True)
    Journey.objects.filter(pk=cast.secret.journey_id).update(is_confidential=True)
    at(cast.now + timedelta(hours=24))
    return cast


def _answered(cast: Cast, login: str, offering: str, *, hours: float) -> Ticket:
    ticket = cast.files(login, offering, subject=f"Asked by {login}")
    actions.reply(access=cast.sees("igor", ticket), body="Done.", now=cast.now + timedelta(hours=hours))
    actions.resolve(access=cast.sees("igor", ticket), now=cast.now + timedelta(hours=hours))
    return ticket


def text(page: Any) -> str:
    """What one reads, without markup."""
    assert page.status_code == 200, page.content[:400]
    said = re.sub(r"<(script|style|svg)[\s\S]*?</\1>|<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", html.unescape(said).replace("\u00a0", " "))


def numbers(page: Any) -> dict[str, tuple[int, int]]:
    """Each row of the page's tables by its name: k of n promises, as they are written."""
    rows = re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?([^<]+)(?:</a>)?</th>(.*?)</tr>', page.content.decode(), re.S)
    found = {}
    for name, cells in rows:
        if said := re.search(r"which=decided[^>]*>(\d+) (?:of|из) (\d+)<", cells):
            found.setdefault(name, (int(said[1]), int(said[2])))
    return found


def test_the_page_counts_what_the_clocks_say(month: Cast, signed_in: SignIn) -> None:
    page = signed_in("adam").get(f"/bridge/?{MARCH}")
    clocks = list(Clock.objects.filter(journey__is_confidential=False).exclude(verdict="open"))
    met = sum(clock.verdict == "met" for clock in clocks)
    assert f"{met} of {len(clocks)} promises were kept" in text(page)
    ours = [clock for clock in clocks if clock.journey.customer_id == month.sales.pk]
    assert numbers(page)["Sales"] == (sum(clock.verdict == "met" for clock in ours), len(ours))
    assert numbers(page)["IT"] == (met, len(clocks))


def test_every_number_leads_to_as_many_rows(month: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    page = client.get(f"/bridge/?{MARCH}").content.decode()
    links = re.findall(r'href="(/bridge/tickets/\?[^"]+)"[^>]*>(?:<b>)?([^<]+)<', page)
    seen = 0
    for address, shown in links:
        address = html.unescape(address)
        which = re.search(r"which=(\w+)", address)[1]  # type: ignore[index]
        shape = {"decided": r"of (\d+)$", "resolved": r"of (\d+)$|^(\d+) resolved"}.get(which, r"^(\d+)$")
        if not (expected := re.search(shape, shown.strip())):
            continue  # a share, or a mean, of a number that stands beside it
        answer = client.get(address)
        total = re.search(r'class="count">(\d+)<', answer.content.decode())
        assert total is not None, address
        number = expected[expected.lastindex or 0]
        assert total[1] == number, (address, shown)
        assert answer.content.decode().count('<tr><td><div class="clock') + answer.content.decode().count(
            '<tr><th scope="row">'
        ) == min(50, int(number))
        seen += 1
    assert seen > 15


def test_a_filter_narrows_and_stays_chosen(month: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    narrowed = client.get(f"/bridge/?{MARCH}&client=opt-torg&metric=first_response")
    assert "2 of 2 promises were kept: too few for a percentage." in text(narrowed)
    assert b'<option value="opt-torg" selected>' in narrowed.content
    assert b'<option value="first_response" selected>' in narrowed.content
    assert "No promise ended in this period." in text(client.get(f"/bridge/?{MARCH}&department=warehouse"))


def test_a_head_reads_the_own_department_alone(month: Cast, signed_in: SignIn) -> None:
    month.files("ann", "pallet")
    page = signed_in("hanna").get(f"/bridge/?{MARCH}")
    everything = Clock.objects.filter(provider_id=month.it.pk).exclude(verdict="open").count()
    assert numbers(page)["IT"][1] == everything  # what is confidential in IT counts for its head
    assert b'value="warehouse"' not in page.content
    assert "Warehouse" not in text(page)


def test_an_account_manager_reads_the_own_clients_alone(month: Cast, signed_in: SignIn) -> None:
    page = signed_in("alex").get(f"/bridge/?{MARCH}")
    promised = Clock.objects.filter(journey__customer_id=month.opt_torg.pk, verdict="met")
    assert numbers(page)["Opt Torg"][1] == promised.exclude(metric__in=["taking", "stage"]).count()
    for stranger in (b"Dom Dekor", b'value="dom-dekor"', b"Asked by ann"):
        assert stranger not in page.content


@pytest.mark.parametrize("who", ["ann", "igor", "carla", "mara"])
@pytest.mark.parametrize("path", ["/bridge/", "/bridge/tickets/"])
def test_the_bridge_is_nobody_elses(cast: Cast, signed_in: SignIn, who: str, path: str) -> None:
    assert signed_in(who).get(path).status_code == 403


@pytest.mark.parametrize(
    "who, query",
    [
        ("hanna", "department=warehouse"),
        ("alex", "client=dom-dekor"),
        ("alex", "asker=dom-dekor"),
    ],
)
def test_what_is_not_open_answers_as_what_does_not_exist(month: Cast, signed_in: SignIn, who: str, query: str) -> None:
    client, unknown = signed_in(who), re.sub("=.*", "=nobody", query)
    for path in ("/bridge/", "/bridge/tickets/") if "asker" not in query else ("/bridge/tickets/",):
        hidden, missing = client.get(f"{path}?{query}"), client.get(f"{path}?{unknown}")
        assert hidden.status_code == missing.status_code == 404


def test_rows_of_tickets_not_open_to_the_reader_are_counted_without_their_subject(
    month: Cast, signed_in: SignIn, cast: Cast
) -> None:
    ticket = _moved(cast)
    answer = signed_in("hanna").get(f"/bridge/tickets/?{MARCH}&which=decided&asker=it&department=warehouse")
    assert "A ticket that is not open to you" in text(answer)
    assert str(ticket.number) not in answer.content.decode()
    assert "A secret pallet" not in text(answer)


@pytest.mark.parametrize("narrowed", ["cause=supplier", "cause=none", "holder=supplier"])
def test_why_others_broke_their_promise_to_ones_department_is_theirs(
    month: Cast, signed_in: SignIn, cast: Cast, narrowed: str
) -> None:
    broken = Clock.objects.filter(journey=_moved(cast).journey, provider_id=cast.warehouse.pk)
    broken.update(verdict="breached", breached_at=cast.now, lost=[["supplier", None, 60]])
    if narrowed == "cause=supplier":
        BreachCause.objects.create(clock=broken.get(), cause="supplier", by=cast.wanda, at=cast.now)
    asked = f"/bridge/tickets/?{MARCH}&which=broken&asker=it&department=warehouse"
    assert 'class="count">1<' in signed_in("hanna").get(asked).content.decode(), "that it was broken is hers to know"
    assert 'class="count">0<' in signed_in("hanna").get(f"{asked}&{narrowed}").content.decode()
    everything = f"/bridge/tickets/?{MARCH}&which=broken&department=warehouse&{narrowed}"
    assert 'class="count">1<' in signed_in("adam").get(everything).content.decode()


@pytest.mark.parametrize("query", ["cause=%00", "cause=love", "holder=%00", "holder=%C2%B2", f"holder={'9' * 5000}"])
def test_an_odd_holder_or_cause_is_none(month: Cast, signed_in: SignIn, query: str) -> None:
    assert signed_in("adam").get(f"/bridge/tickets/?{MARCH}&which=broken&{query}").status_code == 404


def _moved(cast: Cast) -> Ticket:
    """Something an agent of IT asked of the Warehouse, which has promised nothing: its clock is made by hand."""
    ticket = cast.files("inna", "pallet", subject="A secret pallet")
    moment = cast.now + timedelta(hours=1)
    Clock.objects.create(
        journey=ticket.journey,
        metric="resolution",
        state="stopped",
        verdict="met",
        provider_id=cast.warehouse.pk,
        customer_id=cast.it.pk,
        started_at=cast.now,
        stopped_at=moment,
        verdict_at=moment,
        target_seconds=7200,
        elapsed_seconds=3600,
    )
    return ticket


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-04-01&to=2026-03-01",
        "from=yesterday&to=2026-03-01",
        "from=2026-03-01",
        "from=9999-12-31&to=9999-12-31",
    ],
)
def test_days_that_are_no_period_are_told_and_the_last_month_is_shown(
    month: Cast, signed_in: SignIn, query: str
) -> None:
    page = signed_in("adam").get(f"/bridge/?{query}")
    assert page.status_code == 422
    assert b"These days are no period" in page.content
    assert b'<option value="30days" selected>' in page.content


def test_days_changed_beside_a_named_period_win(month: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    changed = client.get("/bridge/?period=month&shown=month&from=2026-03-02&to=2026-03-02")
    assert b'<option value="custom" selected>' in changed.content
    kept = client.get("/bridge/?period=quarter&shown=month&from=2026-03-01&to=2026-03-31")
    assert b'<option value="quarter" selected>' in kept.content
    assert b'value="2026-01-01"' in kept.content


def test_a_period_without_anything_says_what_to_do(month: Cast, signed_in: SignIn) -> None:
    page = text(signed_in("adam").get("/bridge/?from=2024-01-01&to=2024-01-31"))
    assert "No promise ended in this period." in page
    assert "Nothing was promised or filed in this period" in page


def test_a_new_desk_has_a_bridge_too(cast: Cast, signed_in: SignIn) -> None:
    page = text(signed_in("adam").get("/bridge/"))
    assert "Nothing: no running promise has used four fifths of its time" in page


def test_what_is_about_to_break_comes_nearest_first(cast: Cast, signed_in: SignIn, at: Move) -> None:
    cast.files("ann", subject="Filed first")
    cast.files("ann", subject="Filed later", now=cast.now + timedelta(hours=3))
    at(cast.now + timedelta(hours=3, minutes=30))
    page = text(signed_in("adam").get("/bridge/"))
    risky = page[page.index("At risk now") :]
    assert "broken and still running" in risky
    first, later = risky.index("Filed first"), risky.index("Filed later")
    assert first < later


def test_a_department_without_a_promise_has_tickets_and_no_share(cast: Cast, signed_in: SignIn, at: Move) -> None:
    cast.files("ann", "pallet")
    at(cast.now + timedelta(hours=1))
    page = signed_in("adam").get(f"/bridge/?{MARCH}")
    row = re.search(r">Warehouse</a></th>(.*?)</tr>", page.content.decode(), re.S)
    assert row is not None
    assert "none ended" in row[1]
    assert re.search(r"which=filed[^>]*>1<", row[1])


def test_under_five_there_is_no_percentage_in_the_matrix(month: Cast, signed_in: SignIn) -> None:
    page = signed_in("adam").get(f"/bridge/?{MARCH}&metric=first_response&by=clients")
    few = re.findall(r'<td class="few"><a[^>]*><b>([^<]+)</b><span>([^<]+)</span>', page.content.decode())
    assert few == [("2 of 2", "too few")]
    departments = signed_in("adam").get(f"/bridge/?{MARCH}&metric=first_response").content.decode()
    assert re.search(r'<td class="h1"><a[^>]*><b>86\u00a0%</b><span>49–97, n\u00a07</span>', departments)


@pytest.mark.parametrize("name", ["bridge", "behind", "why"])
@pytest.mark.parametrize("more", [0, 20])
def test_a_page_is_read_within_its_budget_whatever_it_shows(
    month: Cast, signed_in: SignIn, at: Move, name: str, more: int
) -> None:
    for n in range(more):
        _answered(month, "carla" if n % 2 else "ann", "help", hours=1)
    at(month.now + timedelta(hours=24))
    month.files("ann", now=month.now + timedelta(hours=23))
    number = month.late.number
    paths = {"bridge": "/bridge/", "behind": "/bridge/tickets/?which=broken", "why": f"/tickets/{number}/why/"}
    client = signed_in("lena")
    client.get(paths[name])
    with counted() as statements:
        assert client.get(paths[name]).status_code == 200
    assert len(statements) == EXPECTED[f"page:{name}"] <= 15, "\n".join(statements)

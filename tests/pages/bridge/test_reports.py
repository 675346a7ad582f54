"""The matrix, the causes and the agents on the bridge, and every report as a file: same numbers, same rights."""

import csv
import html
import io
import json
import re
import zipfile
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer
from servicedesk.people.tokens import issue_token
from sla.exporting.document import Column, Document, Kind, Table
from sla.exporting.lines import to_csv
from sla.exporting.paper import to_pdf
from sla.exporting.spreadsheet import to_xlsx
from sla.models import Clock
from tests.api.counting import counted
from tests.cast import Cast
from tests.pages.bridge.test_bridge import MARCH, Move, _answered, month, text  # noqa: F401 - a fixture
from tests.pages.conftest import SignIn
from tickets import actions

EXPECTED = json.loads((Path(__file__).parents[2] / "query_counts.json").read_text())
PAGES = ["/bridge/", "/bridge/matrix/", "/bridge/causes/", "/bridge/agents/"]
FIGURES = ["", "satisfaction", "volume", "backlog", "median", "p90", "returned"]


def lines(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.content[:400]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def cells_of(page: Any) -> list[tuple[str, str]]:
    """(address, what stands in it) of each cell of the matrix."""
    found = re.findall(r'<td class="\w+"><a href="([^"]+)"><b>([^<]+)</b>', page.content.decode())
    return [(html.unescape(address), shown) for address, shown in found]


def test_every_cell_of_every_figure_opens_its_tickets(month: Cast, signed_in: SignIn) -> None:  # noqa: F811
    client, seen = signed_in("adam"), 0
    for shows, by in product(FIGURES, ["", "clients", "clients&fold=top", "clients&fold=segment"]):
        cells = cells_of(client.get(f"/bridge/matrix/?{MARCH}&shows={shows}&by={by}"))
        assert cells or shows not in ("", "volume", "median"), (shows, by)
        for address, shown in cells:
            total = re.search(r'class="count">(\d+)<', client.get(address).content.decode())
            assert total is not None, address
            expected = {"volume": shown, "returned": shown.split(" ")[0] if "of" in shown else "0"}.get(shows)
            assert int(total[1]) > 0 if expected is None else total[1] == expected, (shows, by, shown)
            seen += 1
    assert seen > 12


def test_under_five_a_cell_has_no_share_and_no_duration(month: Cast, signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("adam")
    for shows in ("", "median", "p90", "returned"):
        page = client.get(f"/bridge/matrix/?{MARCH}&metric=resolution&by=clients&shows={shows}").content.decode()
        few = re.findall(r'<td class="(\w+)"><a[^>]*><b>([^<]+)</b><span>([^<]+)</span>', page)
        assert few, shows
        assert all(cell[0] == "few" and cell[2] == "too few" for cell in few), few


def test_lost_time_and_its_causes_stand_on_one_page(month: Cast, signed_in: SignIn) -> None:  # noqa: F811
    page = signed_in("adam").get(f"/bridge/causes/?{MARCH}")
    broken = Clock.objects.filter(verdict="breached")
    assert sum(row[2] for clock in broken for row in clock.lost) == 5 * 3600
    assert f"{len(broken)} promises were broken, and 5 h of working time were lost" in text(page)
    links = re.findall(r'<td class="num"><a href="(/bridge/tickets/[^"]+)">(\d+)</a>', page.content.decode())
    assert len(links) == 2
    for address, number in links:
        behind = signed_in("adam").get(html.unescape(address)).content.decode()
        assert f'class="count">{number}<' in behind, address


@pytest.fixture
def taken(month: Cast) -> Cast:  # noqa: F811
    """Igor has taken a ticket before he answered it."""
    ticket = month.files("ann")
    actions.take(access=month.sees("igor", ticket), now=month.now)
    actions.resolve(access=month.sees("igor", ticket), now=month.now + timedelta(hours=1))
    return month


def test_only_the_head_is_led_to_the_agents(taken: Cast, signed_in: SignIn) -> None:
    page = signed_in("hanna").get(f"/bridge/agents/?{MARCH}")
    assert "Igor Agent" in text(page)
    for address in map(
        html.unescape, re.findall(r'href="(/bridge/tickets/[^"]+agent=igor[^"]*)"', page.content.decode())
    ):
        assert signed_in("hanna").get(address).status_code == 200
    assert "/bridge/agents/" in signed_in("hanna").get("/bridge/").content.decode()
    assert "/bridge/agents/" not in signed_in("lena").get("/bridge/").content.decode()


def test_agents_are_shown_to_nobody_else_in_no_form(taken: Cast, signed_in: SignIn) -> None:
    for who in ("lena", "adam", "alex", "ann", "mara", "igor"):
        client = signed_in(who)
        for form in ("", "&as=csv", "&as=xlsx", "&as=pdf"):
            answer = client.get(f"/bridge/agents/?{MARCH}{form}")
            assert answer.status_code == 403
            assert b"which=decided" not in answer.content
            assert who == "igor" or b"Igor" not in answer.content
        assert client.get(f"/bridge/tickets/?{MARCH}&agent=igor").status_code == 403
        told = by_agent(taken, who)
        assert (told.status_code, told.json()["code"]) == (403, "reports_forbidden")


def by_agent(cast: Cast, who: str) -> Any:
    """What the API answers this person who asks by agent."""
    api = Client(headers={"Authorization": f"Bearer {issue_token(person=cast.people[who], now=cast.now)}"})
    return api.get("/api/v1/reports/attainment", {"from": "2026-03-01", "to": "2026-04-01", "by": "agent"})


def test_the_head_is_told_of_agents_by_the_api_too(taken: Cast) -> None:
    assert {row["key"]: row["met"] for row in by_agent(taken, "hanna").json()["rows"]}["igor"] > 0


def test_an_agent_who_is_not_the_heads_own_is_as_one_who_does_not_exist(month: Cast, signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("hanna")
    assert client.get(f"/bridge/tickets/?{MARCH}&agent=igor").status_code == 200
    hidden, missing = (client.get(f"/bridge/tickets/?{MARCH}&agent={login}") for login in ("wanda", "nobody-such"))
    assert hidden.status_code == missing.status_code == 404


def test_a_file_says_what_it_is_of(month: Cast, signed_in: SignIn) -> None:  # noqa: F811
    for path in PAGES:
        answer = signed_in("hanna").get(f"{path}?{MARCH}&metric=first_response&as=csv")
        assert re.search(r"filename\*=UTF-8''[a-z]+-2026-03-01-2026-03-31\.csv", answer["Content-Disposition"])
        said = dict(row for row in lines(answer)[1:8] if len(row) == 2)
        assert said["Period"] == "1 March – 31 March 2026"
        assert said["As of"].startswith("3 March 2026, 10:00")
        told = (said["Which promise"], said["Counted for"], said["Department"])
        assert told == ("first response", "Hanna Head", "IT")


def test_a_file_holds_the_numbers_of_its_page(month: Cast, signed_in: SignIn) -> None:  # noqa: F811
    rows = lines(signed_in("adam").get(f"/bridge/?{MARCH}&as=csv"))
    everything = [clock for clock in Clock.objects.filter(journey__is_confidential=False) if clock.verdict != "open"]
    met = sum(clock.verdict == "met" for clock in everything)
    assert ["All together", str(met), str(len(everything))] == next(
        row for row in rows if row[:1] == ["All together"] and len(row) > 3
    )[:3]
    pairs = lines(signed_in("adam").get(f"/bridge/matrix/?{MARCH}&as=csv"))
    assert next(row for row in pairs if row[1:2] == ["IT"])[:2] == ["Sales", "IT"]


def test_a_file_is_in_the_right_of_whoever_asks(month: Cast, signed_in: SignIn) -> None:  # noqa: F811
    for path in ("/bridge/", "/bridge/matrix/"):
        whole = signed_in("alex").get(f"{path}?{MARCH}&by=clients&as=csv").content.decode()
        assert "Opt Torg" in whole
        assert "Dom Dekor" not in whole
        assert "Sales,IT" not in whole
    for who in ("ann", "igor", "mara"):
        assert signed_in(who).get(f"/bridge/?{MARCH}&as=xlsx").status_code == 403


def test_every_report_is_kept_in_every_form(month: Cast, signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("hanna")
    for path, (form, begins) in product(PAGES, {"xlsx": b"PK", "pdf": b"%PDF-", "csv": b"\xef\xbb\xbf"}.items()):
        answer = client.get(f"{path}?{MARCH}&as={form}")
        assert answer.status_code == 200
        assert answer.content.startswith(begins)


EVIL = [
    "=1+1",
    "+7 900",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "\u00a0=1",
    '"=1',
    "＝1+1",
    "Opt;=1+1",
    "Opt; @SUM(A1)",
    "a;b-c",
    "#strong[x]",
    "*a* _b_ $c$",
    "<b>",
    "Привет, «мир»",
]
DOCUMENT = Document(
    stem="evil",
    title="=HYPERLINK(1)",
    said=[("Client", "=cmd|' /C calc'!A0")],
    tables=[
        Table(
            title="One/[two]*",
            columns=[Column("=name"), Column("Share", Kind.SHARE), Column("Lost", Kind.SECONDS)],
            rows=[[text, 0.5, 5400] for text in EVIL],
        ),
        Table(title="One/[two]*", columns=[Column("None")], rows=[]),
    ],
)


@pytest.mark.parametrize("parted", [",", ";", "\t"])
def test_no_cell_of_a_csv_is_a_formula_wherever_a_spreadsheet_parts_cells(parted: str) -> None:
    written = to_csv(DOCUMENT).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(written), delimiter=parted):
        assert not [cell for cell in row if cell.lstrip(' "\u00a0')[:1] in (*"=+-@＝＋－＠", "\t", "\r") and cell]
    assert "a;b-c" in written, "and what is none stays as it is"


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    book = zipfile.ZipFile(io.BytesIO(to_xlsx(DOCUMENT)))
    sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 3
    assert not [name for name in sheets if b"<f>" in book.read(name) or b"hyperlink" in book.read(name)]
    kept = {node.text for node in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter() if node.text}
    assert set(EVIL) <= kept


def test_a_paper_takes_texts_for_texts() -> None:
    assert to_pdf(DOCUMENT).startswith(b"%PDF-")


@pytest.mark.parametrize("more", [0, 12])
def test_a_report_is_read_within_its_budget_whatever_it_shows(
    taken: Cast, signed_in: SignIn, at: Move, more: int
) -> None:
    met = list(Clock.objects.filter(verdict="met").order_by("pk").values_list("pk", flat=True))
    for n in range(more):
        place = place_customer(customer=Customer(kind="company", code=f"more-{n}", name=f"More {n}"), parent=None)
        Clock.objects.filter(pk=met[n]).update(customer_id=place.pk)
    at(taken.now + timedelta(hours=24))
    for name in ("matrix", "causes", "agents"):
        _is_within_its_budget(signed_in("hanna"), name)


def _is_within_its_budget(client: Client, name: str) -> None:
    path = f"/bridge/{name}/?{MARCH}&by=clients"
    client.get(path)
    with counted() as statements:
        assert client.get(path).status_code == 200
    assert len(statements) == EXPECTED[f"page:{name}"] <= 12, "\n".join(statements)


def test_the_survey_of_the_quarter_stands_beside_the_ratings(
    month: Cast,  # noqa: F811
    signed_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actions.rate(access=month.sees("ann", month.late), score=5, now=month.now + timedelta(hours=6))
    pair = (month.it.pk, month.sales.pk)
    monkeypatch.setattr("tickets.views.bridge.matrix.round_for", lambda **said: object())
    monkeypatch.setattr("tickets.views.bridge.matrix.scores", lambda **said: {pair: (4.24, 7)})
    client = signed_in("adam")
    page = client.get(f"/bridge/matrix/?{MARCH}&shows=satisfaction").content.decode()
    assert "<span>★ 4.2, n 7</span>" in page.replace("\u00a0", " ")
    assert "/bridge/survey/" in page
    assert "★" not in client.get(f"/bridge/matrix/?{MARCH}").content.decode()

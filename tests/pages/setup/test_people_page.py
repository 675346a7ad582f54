"""The page of files: nothing is written before the yes, and then exactly what was shown."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from servicedesk.env import ROOT
from servicedesk.people.models import Customer, Person, Roster
from servicedesk.people.roster.columns import COLUMNS, RUSSIAN, column_of
from tests.api.counting import counted
from tests.cast import Cast
from tests.pages.conftest import SignIn

EXPECTED = json.loads((ROOT / "tests/query_counts.json").read_text())
PEOPLE = "login,name,email,department,role,language\n"


def give(client: Client, text: str | bytes, kind: str = "people", name: str = "people.csv") -> str:
    """Give a file; returns the address of its preview, "" where it was refused."""
    content = text if isinstance(text, bytes) else text.encode()
    answer = client.post("/setup/people/", {"kind": kind, "file": SimpleUploadedFile(name, content)})
    return answer.headers.get("Location", "")


def seen(client: Client, address: str) -> dict[str, str]:
    """What the form of the preview would send."""
    found = re.search(r'name="seen" value="(\w+)"', client.get(address).content.decode())
    assert found
    return {"seen": found[1]}


def test_a_file_is_shown_and_then_written_exactly_so(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    address = give(client, PEOPLE + "new,New One,new@example.org,it,agent,\nigor,Igor Petrov,,,,\nbad,,,,,\n")
    page = client.get(address).content.decode()
    assert ("The name is empty." in page, "Igor Petrov" in page) == (True, False)
    changes = client.get(address, {"show": "change"}).content.decode()
    assert "<del>Igor Agent</del> → <ins>Igor Petrov</ins>" in changes
    assert not Person.objects.filter(login="new").exists()
    assert client.post(address, seen(client, address)).headers["Location"] == "/setup/people/"
    assert Person.objects.get(login="new").customer == cast.it
    assert Person.objects.get(login="igor").name == "Igor Petrov"
    assert "1 row added, 1 changed, 1 left out." in client.get("/setup/people/").content.decode()


def test_a_desk_that_changed_after_the_look_shows_it_anew(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    address = give(client, PEOPLE + "igor,Igor Petrov,,,,\n")
    shown = seen(client, address)
    Person.objects.filter(login="igor").update(name="Igor Sidorov")
    assert client.post(address, shown).headers["Location"] == address
    page = client.get(address).content.decode()
    assert "has changed since you looked" in page
    assert "Igor Sidorov" in page
    assert Person.objects.get(login="igor").name == "Igor Sidorov"


def test_the_same_yes_twice_writes_once(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    address = give(client, PEOPLE + "new,New One,,it,,\n")
    shown = seen(client, address)
    for _ in range(2):
        assert client.post(address, shown).status_code == 302
    assert Person.objects.filter(login="new").count() == 1


def test_whatever_stands_in_a_file_is_shown_as_text(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    address = give(client, PEOPLE + "new,<script>alert(1)</script>,,it,,\n", name="<b>x.csv")
    page = client.get(address).content.decode()
    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"shoe,size\n1,2\n", b"\x00\x01\x02"])
def test_a_file_that_cannot_be_read_comes_back_with_the_reason(cast: Cast, signed_in: SignIn, content: bytes) -> None:
    client = signed_in("adam")
    answer = client.post("/setup/people/", {"kind": "people", "file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert "Nothing was changed." in answer.content.decode()
    assert not Roster.objects.exists()


@pytest.mark.parametrize("posted", [{"kind": "people"}, {"kind": "people", "file": "no file"}])
def test_no_file_is_asked_for(cast: Cast, signed_in: SignIn, posted: dict[str, str]) -> None:
    answer = signed_in("adam").post("/setup/people/", posted)
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_an_unknown_kind_or_file_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    assert client.post("/setup/people/", {"kind": "martians"}).status_code == 404
    for address in ("/setup/people/999/", "/setup/people/99999999999999999999/", "/setup/people/sample/x.csv"):
        assert client.get(address).status_code == 404, address
    assert client.post("/setup/people/999/", {"seen": ""}).status_code == 404


@pytest.mark.parametrize("name", ["ann", "hanna", "lena", "carla", "mara"])
def test_only_administrators_bring_people_in(cast: Cast, signed_in: SignIn, name: str) -> None:
    roster = give(signed_in("adam"), PEOPLE + "new,New One,,it,,\n")
    client = signed_in(name)
    for address in ("/setup/people/", roster, "/setup/people/999/", "/setup/mail/", "/setup/invitations/"):
        assert client.get(address).status_code == 403, address
    assert client.post(roster, {"seen": "x"}).status_code == 403
    assert give(client, PEOPLE + f"{name},Me,,it,administrator,\n") == ""
    assert not Roster.objects.exclude(made_by=cast.adam).exists()


def test_a_sample_can_be_filled_in_and_given_back(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    for kind in COLUMNS:
        sample = client.get(f"/setup/people/sample/{kind}.csv")
        assert sample.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert give(client, sample.content, kind), kind


def test_every_heading_we_give_is_one_we_know() -> None:
    for kind, columns in COLUMNS.items():
        for column in columns:
            assert column_of(kind=kind, heading=column) == column
            assert column_of(kind=kind, heading=RUSSIAN[column].upper()) == column


@pytest.mark.parametrize("number", [3, 300])
def test_a_preview_costs_the_same_whatever_its_length(cast: Cast, signed_in: SignIn, number: int) -> None:
    client = signed_in("adam")
    address = give(client, PEOPLE + "".join(f"p{n},P {n},,it,agent,\n" for n in range(number)))
    with counted() as statements:
        page = client.get(address).content.decode()
    assert page.count("<tr>") == min(number, 100) + 1
    assert len(statements) == EXPECTED["setup:roster"], "\n".join(statements)


def test_departments_and_clients_come_the_same_way(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("adam")
    address = give(client, "name,parent\nDelivery,Warehouse\n", "departments")
    client.post(address, seen(client, address))
    address = give(client, "name,segment\nDaisy,key\n", "clients")
    client.post(address, seen(client, address))
    assert Customer.objects.get(code="delivery").parent == cast.warehouse
    assert Customer.objects.get(code="daisy").kind == "company"

"""The pictures of the documents are made by a script, and the ones shown are there."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from servicedesk.env import ROOT
from servicedesk.testing import find_chromium
from tickets.demo.pictures import ON_A_PHONE, PICTURES

PLACE = ROOT / "docs/pictures"
LARGEST = 200_000


def take(folder: Path) -> None:
    call_command("screenshots", "ticket", "--tickets", "130", "--into", str(folder), stdout=StringIO())
    connections.close_all()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_picture_is_taken_in_both_languages(tmp_path: Path) -> None:
    if not find_chromium():
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with ThreadPoolExecutor(1) as other:  # playwright bears no second loop in the thread of the browser tests
        other.submit(take, tmp_path).result()
    taken = sorted(tmp_path.iterdir())
    assert [path.name for path in taken] == ["ticket.en.webp", "ticket.ru.webp"]
    for path in taken:
        assert path.read_bytes()[8:12] == b"WEBP"
        assert 10_000 < path.stat().st_size < LARGEST


def test_a_picture_that_is_not_one_is_named() -> None:
    with pytest.raises(CommandError, match="There is no picture sunset; there are portal,"):
        call_command("screenshots", "sunset")


def test_all_pictures_are_there_and_none_is_heavy() -> None:
    names = {f"{picture.name}.{language}" for picture in PICTURES for language in ("en", "ru")}
    names |= {f"{name}.phone.ru" for name in ON_A_PHONE}
    found = {path.name.removesuffix(".webp"): path.stat().st_size for path in PLACE.glob("*.webp")}
    assert set(found) == names
    assert max(found.values()) < LARGEST

import pytest

from tests.cast import Cast
from tests.pages.conftest import SignIn

ADDRESS = "/accounts/language/"


def test_one_button_turns_the_page_one_is_on_to_the_other_language(cast: Cast, signed_in: SignIn) -> None:
    client, page = signed_in("ann"), "/tickets/?show=all"
    assert "My tickets" in client.get(page).content.decode()
    turned = client.post(ADDRESS, {"language": "ru"}, headers={"Referer": f"http://testserver{page}"})
    assert (turned.status_code, turned.headers["Location"]) == (302, page)
    shown = client.get(page).content.decode()
    assert "Мои заявки" in shown
    assert 'value="en" lang="en" aria-label="English (EN)"' in shown


@pytest.mark.parametrize("came_from", ["", "https://evil.example/tickets/", "javascript:alert(1)"])
def test_whoever_comes_from_elsewhere_goes_home(cast: Cast, signed_in: SignIn, came_from: str) -> None:
    headers = {"Referer": came_from} if came_from else {}
    assert signed_in("ann").post(ADDRESS, {"language": "en"}, headers=headers).headers["Location"] == "/"


def test_nobody_is_led_to_another_site_by_an_address_that_begins_like_one(cast: Cast, signed_in: SignIn) -> None:
    headers = {"Referer": "http://testserver//evil.example/tickets/"}
    turned = signed_in("ann").post(ADDRESS, {"language": "en"}, headers=headers)
    assert turned.headers["Location"] == "/%2Fevil.example/tickets/"


def test_a_language_nobody_speaks_changes_nothing(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("ann")
    assert client.post(ADDRESS, {"language": "xx"}).status_code == 422
    cast.ann.refresh_from_db()
    assert cast.ann.language == "en"


def test_a_page_that_answers_a_post_has_no_button(cast: Cast, signed_in: SignIn) -> None:
    """It could not be come back to."""
    client = signed_in("ann")
    refused = client.post(ADDRESS, {"language": "xx"})
    assert ADDRESS not in refused.content.decode()
    assert ADDRESS in client.get("/").content.decode()

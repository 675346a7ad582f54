"""The questions by their link, and the results as each person may read them."""

import re
from datetime import date

import pytest
from django.test import Client

from servicedesk.clock import database_now
from servicedesk.people.models import Role
from sla.reports.period import days
from tests.channels.mail.conftest import Post
from tests.customer_survey.stage import FIRST_QUARTER, answer, closed_round, hire, letters_to, send
from tests.owed.desk import WorkingDesk
from tests.pages.conftest import SignIn
from tests.security.world import fingerprint
from tickets.customer_survey.results import round_for, scores
from tickets.customer_survey.rounds import open_round
from tickets.models import Answer, Asked, SurveyRound

LINK = re.compile(r"http://localhost:8000(/survey/round/[\w-]+/)")
MARCH = days(date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture
def link(desk: WorkingDesk, post: Post) -> str:
    """What sales0 got by mail, of a round about IT."""
    hire(desk.cast, 5, desk.cast.sales)
    open_round(viewer=desk.cast.viewer("lena"), from_on=FIRST_QUARTER, now=database_now())
    send()
    found = LINK.search(letters_to(post, "sales0")[-1])
    assert found
    return found[1]


def chosen(desk: WorkingDesk, *scores: int, comment: str = "") -> dict[str, str]:
    it = desk.cast.it.pk
    names = zip(("punctual", "helpful", "clear"), scores, strict=False)
    return {f"{name}-{it}": str(score) for name, score in names} | {f"comment-{it}": comment}


def test_opening_the_link_answers_nothing_however_often(desk: WorkingDesk, link: str, client: Client) -> None:
    before = fingerprint()
    for method in ("GET", "HEAD", "OPTIONS"):
        for address in (link, f"{link}?punctual-{desk.cast.it.pk}=1", f"{link}answer/"):
            assert client.generic(method, address).status_code in (200, 405)
    assert fingerprint() == before


def test_the_button_answers_once_and_the_page_says_so(desk: WorkingDesk, link: str, client: Client) -> None:
    page = client.get(link)
    assert "Как вас обслуживают отделы?" in page.content.decode()
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert client.post(f"{link}answer/", chosen(desk, 5, 4, 3, comment="Quick.")).status_code == 302
    kept = Answer.objects.get()
    assert (kept.punctual, kept.helpful, kept.clear, kept.comment) == (5, 4, 3, "Quick.")
    assert "Спасибо" in client.get(link).content.decode()
    assert client.post(f"{link}answer/", chosen(desk, 1, 1, 1)).status_code == 409
    assert Answer.objects.count() == 1


def test_what_was_chosen_comes_back_with_the_reason(desk: WorkingDesk, link: str, client: Client) -> None:
    answered = client.post(f"{link}answer/", chosen(desk, 5, comment="My words."))
    page = answered.content.decode()
    assert answered.status_code == 422
    assert "My words." in page
    assert "Выберите по одному ответу" in page
    assert re.findall(r'name="(\w+)-\d+" value="5" checked', page) == ["punctual"]


def test_another_token_and_whoever_left_open_nothing(desk: WorkingDesk, link: str, client: Client) -> None:
    unknown = client.get("/survey/round/" + "A" * 43 + "/").content
    desk.cast.people["sales0"].is_active = False
    desk.cast.people["sales0"].save()
    for answered in (client.get(link), client.post(f"{link}answer/", chosen(desk, 5, 5, 5))):
        assert (answered.status_code, answered.content) == (404, unknown)


def test_a_form_from_elsewhere_does_not_answer(desk: WorkingDesk, link: str) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(f"{link}answer/", chosen(desk, 1, 1, 1)).status_code == 403


@pytest.fixture
def told(desk: WorkingDesk) -> SurveyRound:
    """IT by Sales 5 people, by Warehouse 6; Warehouse by IT 7, by Sales 4."""
    cast = desk.cast
    by = {(cast.it, cast.sales): 5, (cast.it, cast.warehouse): 6, (cast.warehouse, cast.it): 7}
    by |= {(cast.warehouse, cast.sales): 4}
    return closed_round(cast, {pair: [4] * n for pair, n in by.items()})


def test_the_matrix_is_given_what_may_be_told_to_whom(desk: WorkingDesk, told: SurveyRound) -> None:
    cast = desk.cast
    it, sales, warehouse = cast.it.pk, cast.sales.pk, cast.warehouse.pk
    of_it = {(it, sales): (4.0, 5), (it, warehouse): (4.0, 6)}
    assert scores(period=MARCH, viewer=cast.viewer("lena")) == of_it, "of Warehouse the four of Sales would follow"
    assert scores(period=MARCH, viewer=cast.viewer("hanna")) == of_it
    Role.objects.create(person=cast.wanda, kind="head", customer=cast.warehouse)
    assert scores(period=MARCH, viewer=cast.viewer("wanda")) == {(it, warehouse): (4.0, 6)}
    for who in ("ann", "igor", "carla", "mara", "alex"):
        assert scores(period=MARCH, viewer=cast.viewer(who)) == {}


def test_one_round_is_told_and_never_two_together(desk: WorkingDesk, told: SurveyRound) -> None:
    cast = desk.cast
    closed_round(cast, {(cast.it, cast.sales): [2] * 5}, first=date(2026, 4, 1))
    year = days(date(2026, 1, 1), date(2027, 1, 1))
    assert round_for(period=MARCH) == told
    assert scores(period=year, viewer=cast.viewer("lena")) == {(cast.it.pk, cast.sales.pk): (2.0, 5)}
    assert round_for(period=days(date(2025, 1, 1), date(2025, 12, 1))) is None


def test_an_open_round_tells_how_many_answered_and_nothing_else(desk: WorkingDesk, signed_in: SignIn) -> None:
    hire(desk.cast, 6, desk.cast.sales)
    open_round(viewer=desk.cast.viewer("lena"), from_on=FIRST_QUARTER, now=database_now())
    for asked in Asked.objects.all():
        answer(asked, 1, comment="CANARY-INT")
    page = signed_in("lena").get("/bridge/survey/").content.decode()
    assert "Ответили 6 из 6" in page
    assert "CANARY-INT" not in page
    assert "<table" not in page
    assert scores(period=MARCH, viewer=desk.cast.viewer("lena")) == {}


def test_the_page_shows_each_what_is_theirs(desk: WorkingDesk, told: SurveyRound, signed_in: SignIn) -> None:
    Answer.objects.create(
        round=told, provider=desk.cast.it, customer=desk.cast.sales, punctual=4, helpful=4, clear=4, comment="Quick."
    )
    Answer.objects.create(
        round=told, provider=desk.cast.warehouse, customer=desk.cast.it, punctual=4, helpful=4, clear=4, comment="SLOW"
    )
    Answer.objects.create(
        round=told, provider=desk.cast.warehouse, customer=desk.cast.sales, punctual=4, helpful=4, clear=4
    )
    of_all = signed_in("lena").get("/bridge/survey/").content.decode()
    assert ("Quick." in of_all, "SLOW" in of_all) == (True, True)
    of_hers = signed_in("hanna").get("/bridge/survey/").content.decode()
    assert ("Quick." in of_hers, "SLOW" in of_hers) == (True, False)
    assert "How yours rated others" in of_hers
    of_none = signed_in("alex").get("/bridge/survey/").content.decode()
    assert ("Quick." in of_none, "4,0" in of_none) == (False, False)


def test_a_leader_opens_a_round_by_a_button_and_nobody_else_can(desk: WorkingDesk, signed_in: SignIn) -> None:
    hire(desk.cast, 2, desk.cast.sales)
    for who in ("hanna", "alex", "ann"):
        assert signed_in(who).post("/bridge/survey/open/", {"from": "2026-01-01"}).status_code == 403
    lena = signed_in("lena")
    assert lena.post("/bridge/survey/open/", {"from": "2025-10-01"}).status_code == 422
    assert lena.post("/bridge/survey/open/", {"from": "x"}).status_code == 409
    assert lena.post("/bridge/survey/open/", {"from": "2026-01-01"}).status_code == 302
    assert Asked.objects.count() == 2
    assert lena.post("/bridge/survey/open/", {"from": "2026-01-01"}).status_code == 409

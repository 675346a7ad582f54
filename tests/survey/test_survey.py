"""How did it go? Asked by a link that only opens, answered by a button, followed up where it went badly."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from servicedesk.people.models import Person, Role
from tests.channels.mail.conftest import Post
from tests.letters import text_of
from tests.owed.desk import WorkingDesk
from tests.security.world import fingerprint, told
from tickets import actions
from tickets.models import Event, Survey, Ticket
from tickets.satisfaction import Answered, satisfaction_by_department
from tickets.surveys import fingerprint as sha256_of

LINK = re.compile(r"http://localhost:8000(/survey/[\w-]+/)\?score=(\d)")


def resolved(post: Post, who: str = "carla", offering: str = "help", **said: str) -> Ticket:
    ticket = post.cast.files(who, offering, **said)
    return actions.resolve(access=post.cast.sees("igor", ticket), now=post.cast.now)


def links(post: Post, who: str = "carla") -> dict[str, str]:
    """Score to address, of the last mail."""
    text = text_of(post.sent_to(who)[-1])
    return {score: f"{path}?score={score}" for path, score in LINK.findall(text)}


@pytest.fixture
def link(post: Post) -> str:
    resolved(post)
    return links(post)["4"].partition("?")[0]


def test_the_mail_about_the_resolution_asks_with_five_links(post: Post) -> None:
    ticket = resolved(post)
    assert sorted(links(post)) == ["1", "2", "3", "4", "5"]
    survey = Survey.objects.get()
    assert (survey.ticket, survey.person, survey.score) == (ticket, post.cast.carla, None)
    token = links(post)["1"].split("/")[2]
    assert len(token) >= 43
    assert survey.sha256 == sha256_of(token)


def test_opening_a_link_votes_for_nothing_however_often_and_by_whatever_method(post: Post, client: Client) -> None:
    resolved(post)
    found, before = links(post), fingerprint()
    for path in found.values():
        for method in ("GET", "HEAD", "OPTIONS"):
            for _ in range(5):
                assert client.generic(method, path).status_code in (200, 405)
    assert fingerprint() == before


def test_the_score_of_the_link_is_chosen_but_not_given(post: Post, link: str, client: Client) -> None:
    page = client.get(f"{link}?score=4").content.decode()
    assert re.findall(r'value="(\d)" required checked', page) == ["4"]
    assert "Как всё прошло?" in page
    assert Survey.objects.get().answered_at is None


def test_the_button_votes_once_and_a_second_answer_replaces_the_first(post: Post, link: str, client: Client) -> None:
    assert client.post(f"{link}answer/", {"score": "4"}).status_code == 302
    assert "Спасибо" in client.get(link).content.decode()
    client.post(f"{link}answer/", {"score": "5", "comment": "Fine."})
    survey, ticket = Survey.objects.get(), Ticket.objects.get()
    assert (survey.score, survey.comment, ticket.score) == (5, "Fine.", 5)
    assert Event.objects.filter(kind="rated").count() == 2


def test_a_form_from_elsewhere_does_not_vote(post: Post, link: str) -> None:
    assert Client(enforce_csrf_checks=True).post(f"{link}answer/", {"score": "1"}).status_code == 403


@pytest.mark.parametrize("score", ["", "0", "6", "-1", "1e1", "٣", "999999999999", "<b>"])
def test_a_score_that_is_none_is_refused_and_the_words_stay(post: Post, link: str, client: Client, score: str) -> None:
    answer = client.post(f"{link}answer/", {"score": score, "comment": "My words."})
    assert answer.status_code == 422
    assert "My words." in answer.content.decode()
    assert Survey.objects.get().score is None


@pytest.mark.parametrize("spoil", ["another", "expired", "left"])
def test_a_link_that_opens_nothing_answers_as_one_that_never_was(
    post: Post, link: str, client: Client, desk: WorkingDesk, spoil: str
) -> None:
    unknown = client.get("/survey/" + "A" * 43 + "/").content
    if spoil == "another":
        link = link[:-3] + ("AA/" if not link.endswith("AA/") else "BB/")
    if spoil == "expired":
        desk.passes(timedelta(days=30, seconds=1))
    if spoil == "left":
        Person.objects.filter(login="carla").update(is_active=False)
    for answer in (client.get(link), client.post(f"{link}answer/", {"score": "5"})):
        assert (answer.status_code, answer.content) == (404, unknown)
    assert Survey.objects.get().score is None


def test_an_own_department_is_not_asked_about_itself(post: Post) -> None:
    ticket = post.cast.files("igor", "help")
    actions.resolve(access=post.cast.sees("inna", ticket), now=post.cast.now)
    assert links(post, "igor") == {}
    assert not Survey.objects.exists()


def test_a_ticket_that_is_open_again_is_not_rated(post: Post, link: str, client: Client) -> None:
    actions.reopen(access=post.cast.sees("carla", Ticket.objects.get()), now=post.cast.now)
    assert "Работа по ней снова идёт" in client.get(link).content.decode()
    assert client.post(f"{link}answer/", {"score": "5"}).status_code == 409


def test_a_confidential_ticket_keeps_its_subject_from_whoever_finds_the_mail(post: Post, client: Client) -> None:
    ticket = resolved(post, subject="CANARY-B")
    link = links(post)["5"]
    assert "CANARY-B" in client.get(link).content.decode()
    Ticket.objects.filter(pk=ticket.pk).update(is_confidential=True)
    assert "CANARY-B" not in client.get(link).content.decode()


def test_the_page_is_kept_by_no_cache_and_no_index(post: Post, link: str, client: Client) -> None:
    page = client.get(link)
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")


def signed_in(post: Post, who: str) -> Client:
    client = Client()
    client.force_login(post.cast.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_low_score_asks_for_words_and_opens_a_follow_up_for_the_head(post: Post, link: str, client: Client) -> None:
    client.post(f"{link}answer/", {"score": "2"})
    assert "Что пошло не так?" in client.get(link).content.decode()
    client.post(f"{link}answer/", {"score": "2", "comment": "Nobody called."})
    survey = Survey.objects.get()
    assert survey.owner == post.cast.hanna
    assert survey.due_at is not None
    assert survey.due_at - post.cast.now == pytest.approx(timedelta(days=2), abs=timedelta(minutes=1))
    assert "Nobody called." in signed_in(post, "hanna").get("/survey/follow-ups/").content.decode()
    told = text_of(post.sent_to("hanna")[-1])
    assert "/survey/follow-ups/" in told


def test_a_low_score_is_told_to_the_deputy_too_who_owns_it_where_there_is_no_head(
    post: Post, link: str, client: Client
) -> None:
    Role.objects.filter(kind="head").delete()
    Role.objects.create(person=post.cast.inna, kind="deputy", customer=post.cast.it)
    client.post(f"{link}answer/", {"score": "1"})
    assert Survey.objects.get().owner == post.cast.inna
    assert "/survey/follow-ups/" in text_of(post.sent_to("inna")[-1])


def test_a_good_score_opens_none(post: Post, link: str, client: Client) -> None:
    client.post(f"{link}answer/", {"score": "3"})
    assert Survey.objects.get().due_at is None


def test_a_follow_up_is_closed_with_words_only(post: Post, link: str, client: Client) -> None:
    client.post(f"{link}answer/", {"score": "1"})
    hanna, path = signed_in(post, "hanna"), f"/survey/follow-ups/{Survey.objects.get().pk}/close/"
    assert hanna.post(path, {"outcome": "  "}).status_code == 422
    assert hanna.post(path, {"outcome": "We talked; a spare printer is there."}).status_code == 302
    survey = Survey.objects.get()
    assert survey.done_at is not None
    assert "a spare printer" in hanna.get("/survey/follow-ups/").content.decode()
    assert hanna.post(path, {"outcome": "Again."}).status_code == 404


def test_a_follow_up_of_others_is_one_that_does_not_exist(post: Post, link: str, client: Client) -> None:
    client.post(f"{link}answer/", {"score": "1", "comment": "CANARY-B"})

    Role.objects.create(person=post.cast.lena, kind="head", customer=post.cast.warehouse)  # who sees every ticket
    lena, pk = signed_in(post, "lena"), Survey.objects.get().pk
    assert "CANARY-B" not in lena.get("/survey/follow-ups/").content.decode()
    strange, unknown = (lena.post(f"/survey/follow-ups/{n}/close/", {"outcome": "x"}) for n in (pk, 2**40))
    assert strange.status_code == 404
    assert told(strange) == told(unknown)
    for who in ("ann", "igor", "carla"):
        assert signed_in(post, who).get("/survey/follow-ups/").status_code == 403


def test_who_was_asked_and_said_nothing_is_counted(post: Post, client: Client) -> None:
    for _ in range(3):
        resolved(post)
    texts = [text_of(mail) for mail in post.sent_to("carla")]
    addresses = {match for text in texts for match in LINK.findall(text)}
    one = next(path for path, score in addresses if score == "2")
    client.post(f"{one}answer/", {"score": "2"})
    unasked = resolved(post, "ann")
    actions.rate(access=post.cast.sees("ann", unasked), score=5, now=post.cast.now)
    Survey.objects.filter(ticket=unasked).update(sent_at=None)
    since, until = post.cast.now - timedelta(days=1), post.cast.now + timedelta(days=1)
    found = satisfaction_by_department(since=since, until=until)
    expected = Answered(asked=3, answered=1, scores=2, total=7, low=1, follow_ups_open=1)
    assert found == {post.cast.it.pk: expected}
    assert expected.silent == 2
    assert satisfaction_by_department(since=until, until=until + timedelta(days=1)) == {}
    assert satisfaction_by_department(since=since, until=until, departments=[post.cast.warehouse.pk]) == {}
    only_anns = satisfaction_by_department(since=since, until=until, viewer=post.cast.viewer("ann"))
    assert only_anns[post.cast.it.pk].scores == 1

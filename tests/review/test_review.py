"""A report marked as read: what was decided and who does it until when stand there the next time."""

import re
from datetime import date, timedelta
from email.header import decode_header, make_header

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from catalog.models import WorkshopEvent
from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from servicedesk.people.models import Role
from sla.models import Clock, Review, ReviewLetter, ReviewTask
from sla.reports.period import midnight
from tests.channels.mail.conftest import Post
from tests.letters import text_of
from tests.owed.desk import WorkingDesk
from tests.pages.conftest import SignIn
from tests.security.world import told
from tickets import actions
from tickets.channels.mail.review_letter import send_review_letter

DAYS = {"from": "2026-03-01", "to": "2026-03-31"}
TASKS = {
    "decisions": "Two more people at the counter.",
    "who": ["igor", "Wanda Warehouse", "", ""],
    "what": ["Train them", "Clear the ramp", "", ""],
    "until": ["2026-03-10", "2026-03-20", "", ""],
}


@pytest.fixture
def kept(desk: WorkingDesk, signed_in: SignIn) -> Review:
    """Lena read the whole of March: one promise of two kept; Igor and Wanda have something to do."""
    cast = desk.cast
    for n in range(2):
        ticket = cast.files("ann", "pallet", now=cast.now - timedelta(days=6 * n))
        actions.resolve(access=cast.sees("wanda", ticket), now=cast.now + timedelta(minutes=n))
    lena = signed_in("lena")
    assert lena.post("/bridge/reviews/keep/", DAYS | TASKS).status_code == 302
    return Review.objects.get()


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_next_time_the_report_is_opened_it_begins_with_the_last_review(
    desk: WorkingDesk, kept: Review, signed_in: SignIn
) -> None:
    desk.at(desk.cast.now + timedelta(days=40))
    said = page(signed_in("adam"), "/bridge/?period=month")
    assert "Two more people at the counter." in said
    assert "Train them" in said
    assert said.count("was due by") == 2, "of April both are overdue"
    assert "Two more people" not in page(signed_in("adam"), "/bridge/?department=it"), "that is another report"


def test_it_keeps_what_the_report_said_then(desk: WorkingDesk, kept: Review) -> None:
    shown = (kept.from_on, kept.to_on, kept.met, kept.total, kept.by.login)
    ended = Clock.objects.filter(verdict_at__gte=midnight(kept.from_on))
    assert shown == (date(2026, 3, 1), date(2026, 4, 1), ended.filter(verdict="met").count(), ended.count(), "lena")


def test_a_review_is_narrowed_as_its_report_is(desk: WorkingDesk, kept: Review, signed_in: SignIn) -> None:
    lena = signed_in("lena")
    lena.post("/bridge/reviews/keep/", DAYS | {"department": "it", "metric": "resolution", "decisions": "ONLY-IT"})
    assert "ONLY-IT" in page(lena, "/bridge/?department=it&metric=resolution")
    assert "ONLY-IT" not in page(lena, "/bridge/?department=it")
    assert "ONLY-IT" in page(lena, "/bridge/reviews/")
    assert "ONLY-IT" in page(signed_in("hanna"), "/bridge/reviews/"), "who heads it"


def test_a_review_cannot_be_changed_afterwards(kept: Review) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Review.objects.update(decisions="Other words.")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (("", "Train them", "2026-03-10"), "Напишите, кто это сделает"),
        (("nobody.such", "Train them", "2026-03-10"), "Такого человека в отделах нет"),
        (("carla", "Train them", "2026-03-10"), "Такого человека в отделах нет"),
        (("igor", "", "2026-03-10"), "Напишите, что сделать"),
        (("igor", "Train them", ""), "Укажите, до какого дня"),
        (("igor", "Train them", "2026-03-01"), "Этот день уже прошёл"),
        (("igor", "x" * 301, "2026-03-10"), "Слишком длинно"),
    ],
)
def test_what_was_typed_comes_back_with_the_reason(
    desk: WorkingDesk, signed_in: SignIn, line: tuple[str, str, str], problem: str
) -> None:
    who, what, until = line
    typed = DAYS | {"decisions": "My words.", "who": [who], "what": [what], "until": [until]}
    answered = signed_in("lena").post("/bridge/reviews/keep/", typed)
    said = answered.content.decode()
    assert answered.status_code == 422
    assert problem in said
    assert "My words." in said
    assert f'value="{what}"' in said or not what
    assert not Review.objects.exists()


def test_further_lines_are_given_and_nothing_is_kept(desk: WorkingDesk, signed_in: SignIn) -> None:
    answered = signed_in("lena").post("/bridge/reviews/keep/", DAYS | TASKS | {"more": "1"})
    assert answered.status_code == 200
    assert answered.content.decode().count('name="who"') == 7
    assert "Clear the ramp" in answered.content.decode()
    assert not Review.objects.exists()


def test_only_leaders_mark_a_report_as_read(desk: WorkingDesk, signed_in: SignIn) -> None:
    for who in ("ann", "hanna", "alex", "carla"):
        client = signed_in(who)
        assert client.get("/bridge/reviews/new/").status_code == 403
        assert client.post("/bridge/reviews/keep/", DAYS | TASKS).status_code == 403
        assert "/bridge/reviews/new/" not in page(client, "/bridge/")
    assert signed_in("lena").get("/bridge/reviews/new/", DAYS).status_code == 200


def test_whoever_is_named_reads_what_is_theirs_and_closes_it_with_words(kept: Review, signed_in: SignIn) -> None:
    igor, address = signed_in("igor"), f"/bridge/reviews/{kept.pk}/"
    said = page(igor, address)
    assert ("Train them" in said, "Clear the ramp" in said, "Two more people" in said) == (True, False, False)
    task = ReviewTask.objects.get(person__login="igor")
    closing = f"/bridge/reviews/tasks/{task.pk}/done/"
    assert igor.post(closing, {"outcome": "  "}).status_code == 422
    assert signed_in("wanda").post(closing, {"outcome": "Not mine."}).status_code == 404
    assert igor.post(closing, {"outcome": "Both are trained."}).status_code == 302
    task.refresh_from_db()
    assert (task.outcome, task.done_by) == ("Both are trained.", task.person)
    assert igor.post(closing, {"outcome": "Again."}).status_code == 404
    assert "Both are trained." in page(signed_in("lena"), address)


def test_a_strangers_review_is_one_that_does_not_exist(kept: Review, signed_in: SignIn) -> None:
    for who in ("ann", "hanna", "alex", "carla"):
        client = signed_in(who)
        strange, unknown = (client.get(f"/bridge/reviews/{pk}/") for pk in (kept.pk, 2**40))
        assert strange.status_code == unknown.status_code == 404
        assert told(strange) == told(unknown)
    task = ReviewTask.objects.earliest("pk").pk
    ann = signed_in("ann")
    strange, unknown = (ann.post(f"/bridge/reviews/tasks/{pk}/done/", {"outcome": "x"}) for pk in (task, 2**40))
    assert (strange.status_code, told(strange)) == (404, told(unknown))


def test_who_heads_a_department_reads_all_of_its_reviews_and_none_of_others(
    desk: WorkingDesk, kept: Review, signed_in: SignIn
) -> None:
    Role.objects.create(person=desk.cast.wanda, kind="head", customer=desk.cast.warehouse)
    signed_in("lena").post("/bridge/reviews/keep/", DAYS | {"department": "warehouse", "decisions": "OF-WAREHOUSE"})
    assert "OF-WAREHOUSE" in page(signed_in("wanda"), "/bridge/reviews/")
    assert "OF-WAREHOUSE" not in page(signed_in("hanna"), "/bridge/reviews/")


def test_each_person_named_gets_one_letter(desk: WorkingDesk, kept: Review, post: Post) -> None:
    assert sorted(ReviewLetter.objects.values_list("person__login", flat=True)) == ["igor", "wanda"]
    for one in owed.claim(model=ReviewLetter, now=database_now(), limit=10):
        attempt(model=ReviewLetter, pk=one.pk, claim=one.claim, work=send_review_letter)
    (to_igor,) = [text for text in map(text_of, post.sink.mails) if "Train them" in text]
    assert "Lena Leader" in to_igor
    assert "10 марта 2026" in to_igor
    assert "Clear the ramp" not in to_igor
    assert re.search(r"/bridge/reviews/\d+/", to_igor)
    owed_again = dict(ReviewLetter.objects.filter(done_at=None).values_list("person__login", "due_at"))
    assert owed_again == {"igor": midnight(date(2026, 3, 11)), "wanda": midnight(date(2026, 3, 21))}


def send_letters(post: Post, desk: WorkingDesk, *, day: int) -> list[str]:
    """What goes out in the first hour of a day of March."""
    desk.at(midnight(date(2026, 3, day)) + timedelta(minutes=30))
    before = len(post.sink.mails)
    for one in owed.claim(model=ReviewLetter, now=database_now(), limit=10):
        attempt(model=ReviewLetter, pk=one.pk, claim=one.claim, work=send_review_letter)
    return [text_of(mail) for mail in post.sink.mails[before:]]


def test_what_is_not_done_in_time_is_told_of_once(desk: WorkingDesk, kept: Review, post: Post) -> None:
    later = ReviewTask(review=kept, person=desk.cast.igor, words="Ask them", due_on=date(2026, 3, 12))
    later.save()
    assert len(send_letters(post, desk, day=3)) == 2
    assert send_letters(post, desk, day=10) == [], "it is the last day"
    (reminder,) = send_letters(post, desk, day=11)
    assert str(make_header(decode_header(post.sink.mails[-1]["Subject"]))) == "Не сделано в срок: Train them"
    assert "и это не сделано" in reminder
    assert "Ask them" not in reminder
    assert send_letters(post, desk, day=12) == []
    (second,) = send_letters(post, desk, day=13)
    assert ("Ask them" in second, "Train them" in second) == (True, False)
    ReviewTask.objects.filter(words="Clear the ramp").update(
        done_at=database_now(), done_by=desk.cast.wanda, outcome="It is clear."
    )
    assert send_letters(post, desk, day=25) == [], "what is done is not asked for"
    assert not ReviewLetter.objects.filter(done_at=None).exists()
    ids = [mail["Message-ID"] for mail in post.sink.mails]
    assert len(set(ids)) == len(ids)


def test_a_reader_is_reminded_of_what_they_took_upon_themselves(
    desk: WorkingDesk, signed_in: SignIn, post: Post
) -> None:
    signed_in("lena").post("/bridge/reviews/keep/", DAYS | {"who": ["lena"], "what": ["Ask"], "until": ["2026-03-10"]})
    assert [len(send_letters(post, desk, day=day)) for day in (3, 11, 12)] == [0, 1, 0]


def test_what_falls_due_waits_for_its_owner_on_their_first_page(
    desk: WorkingDesk, kept: Review, signed_in: SignIn
) -> None:
    igor = signed_in("igor")
    for day, shown in ((9, False), (10, True), (30, True)):
        desk.at(midnight(date(2026, 3, day)) + timedelta(hours=9))
        assert ("Train them" in page(igor, "/")) == shown
    assert "срок был 10 марта" in page(igor, "/")
    assert "Train them" not in page(signed_in("wanda"), "/")
    task = ReviewTask.objects.get(person__login="igor")
    igor.post(f"/bridge/reviews/tasks/{task.pk}/done/", {"outcome": "Both are trained."})
    assert "Train them" not in page(igor, "/")


def test_the_reader_gets_no_letter_from_themselves(desk: WorkingDesk, signed_in: SignIn) -> None:
    own = {"who": ["lena"], "what": ["Ask again"], "until": ["2026-03-10"]}
    signed_in("lena").post("/bridge/reviews/keep/", DAYS | own)
    assert ReviewTask.objects.count() == 1
    assert ReviewLetter.objects.get().due_at == midnight(date(2026, 3, 11)), "they know; owed only if it is not done"


def test_it_stands_in_the_log_with_who_and_when(desk: WorkingDesk, kept: Review, signed_in: SignIn) -> None:
    task = ReviewTask.objects.get(person__login="igor")
    signed_in("igor").post(f"/bridge/reviews/tasks/{task.pk}/done/", {"outcome": "Both are trained."})
    marked, closed = WorkshopEvent.objects.filter(kind="review", code=str(kept.pk)).order_by("pk")
    assert (marked.verb, marked.by, closed.verb, closed.by) == ("added", desk.cast.lena, "changed", desk.cast.igor)
    assert ["task", "Train them", "Both are trained."] in closed.content["changes"]
    assert "Review 2026-03-01 – 2026-03-31: added" in " ".join(page(signed_in("adam"), "/workshop/health/").split())

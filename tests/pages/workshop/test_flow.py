"""From a draft to what is in force, with an audit, and back again: the same way for every kind."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Draft, RequestForm, WorkshopEvent
from sla.models import Calendar, Policy
from tests.cast import Cast

SignIn = Callable[[str], Client]
FORM = "/workshop/forms/laptop/"
ADDED = {
    "fields.0.key": "model", "fields.0.type": "choice", "fields.0.label_en": "Model",
    "fields.0.choices.0.value": "13", "fields.0.choices.1.value": "15",
    "fields.1.type": "yes_no", "fields.1.label_en": "A bag too?", "fields.1.label_ru": "Нужна сумка?",
}  # fmt: skip


def publish(client: Client, here: str, *, reason: str = "") -> Any:
    """Press "Publish" on the page that compares."""
    page = client.get(f"{here}publish/").content.decode()
    said = dict(re.findall(r'name="(revision|seen)" value="([^"]*)"', page))
    return client.post(f"{here}publish/", said | {"reason": reason})


def save(client: Client, here: str, typed: dict[str, Any], revision: int = 0, do: str = "save") -> Any:
    return client.post(f"{here}edit/", typed | {"revision": revision, "do": do})


def test_a_head_publishes_the_next_version_of_a_form_and_offerings_ask_it(cast: Cast, sign_in: SignIn) -> None:
    hanna, old = sign_in("hanna"), cast.files("ann")
    assert save(hanna, FORM, ADDED).status_code == 302
    assert RequestForm.objects.filter(code="laptop").count() == 1, "a draft is in force nowhere"
    assert "A bag too?" in hanna.get(f"{FORM}publish/").content.decode()
    assert publish(hanna, FORM).status_code == 302
    newest = RequestForm.objects.get(code="laptop", number=2)
    assert [field["key"] for field in newest.fields] == ["model", "field_1"]
    cast.laptop.refresh_from_db()
    assert cast.laptop.form == newest
    old.refresh_from_db()
    assert old.form_id != newest.pk, "a ticket keeps the form it answered"
    event = WorkshopEvent.objects.get()
    assert (event.by, event.kind, event.code, event.was, event.number) == (cast.hanna, "form", "laptop", 1, 2)
    assert not Draft.objects.exists()
    assert "Hanna Head" in hanna.get(FORM).content.decode()


def test_a_past_version_is_edited_and_published_again(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    save(hanna, FORM, ADDED)
    publish(hanna, FORM)
    assert hanna.post(f"{FORM}versions/1/edit/").status_code == 302
    publish(hanna, FORM)
    first, third = (RequestForm.objects.get(code="laptop", number=number) for number in (1, 3))
    assert [field["key"] for field in third.fields] == [field["key"] for field in first.fields]
    assert third.fields[1]["when"] == first.fields[1]["when"]


def test_two_people_edit_one_draft_and_nothing_is_overwritten_unseen(cast: Cast, sign_in: SignIn) -> None:
    hanna, adam = sign_in("hanna"), sign_in("adam")
    save(hanna, FORM, ADDED)
    answer = save(adam, FORM, ADDED | {"fields.1.label_en": "CANARY typed by Adam"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Hanna Head saved this draft meanwhile" in page
    assert "CANARY typed by Adam" in page, "what was typed is kept on the page"
    assert "CANARY" not in str(Draft.objects.get().typed)
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    assert save(adam, FORM, ADDED | {"fields.1.label_en": "CANARY"}, int(revision[1])).status_code == 302
    assert "CANARY" in str(Draft.objects.get().typed)


def test_what_was_published_meanwhile_is_not_published_over(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    save(hanna, FORM, ADDED)
    page = hanna.get(f"{FORM}publish/").content.decode()
    said = dict(re.findall(r'name="(revision|seen)" value="([^"]*)"', page))
    RequestForm.objects.create(code="laptop", number=2, fields=[])
    answer = hanna.post(f"{FORM}publish/", said)
    assert answer.status_code == 409
    assert "Another version was published meanwhile" in answer.content.decode()
    assert RequestForm.objects.filter(code="laptop").count() == 2
    assert publish(hanna, FORM).status_code == 302
    assert RequestForm.objects.filter(code="laptop", number=3).exists()


def test_a_draft_that_was_saved_again_is_not_published_unseen(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    save(hanna, FORM, ADDED)
    page = hanna.get(f"{FORM}publish/").content.decode()
    said = dict(re.findall(r'name="(revision|seen)" value="([^"]*)"', page))
    save(sign_in("adam"), FORM, ADDED, revision=1)
    assert hanna.post(f"{FORM}publish/", said).status_code == 409
    assert not RequestForm.objects.filter(code="laptop", number=2).exists()


def test_rows_are_added_moved_and_removed_and_everything_typed_stays(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    answer = save(hanna, FORM, ADDED, do="add:fields")
    assert answer.headers["Location"] == f"{FORM}edit/?focus=fields.2"
    assert hanna.get(answer.headers["Location"]).content.decode().count("<legend>Field") == 3
    save(hanna, FORM, ADDED | {"fields.2.label_en": ""}, 1, do="up:fields.1")
    held = Draft.objects.get().typed["fields"]
    assert [row["label_en"] for row in held] == ["A bag too?", "Model", ""]
    save(hanna, FORM, ADDED, 2, do="remove:fields.0")
    assert [row["label_en"] for row in Draft.objects.get().typed["fields"]] == ["A bag too?"]
    save(hanna, FORM, ADDED, 3, do="add:fields.1.choices")
    assert len(Draft.objects.get().typed["fields"][1]["choices"]) == 1


@pytest.mark.parametrize(
    "act", ["up:fields.0", "down:fields.9", "remove:fields.x", "add:nothing", "add:", "fly:fields.0", "remove:"]
)
def test_a_button_that_says_nothing_useful_changes_nothing(cast: Cast, sign_in: SignIn, act: str) -> None:
    assert save(sign_in("hanna"), FORM, ADDED, do=act).status_code == 302
    assert [row["label_en"] for row in Draft.objects.get().typed["fields"]] == ["Model", "A bag too?"]


def test_a_draft_is_discarded_and_what_is_in_force_stays(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    save(hanna, FORM, ADDED)
    assert hanna.post(f"{FORM}discard/", {"revision": 7}).status_code == 409
    assert hanna.post(f"{FORM}discard/", {"revision": 1}).status_code == 302
    assert not Draft.objects.exists()
    assert RequestForm.objects.filter(code="laptop").count() == 1


def test_a_policy_is_changed_by_its_words(cast: Cast, sign_in: SignIn) -> None:
    hanna, here = sign_in("hanna"), "/workshop/policies/standard/"
    typed = {
        "name": "Standard", "targets.0.metric": "resolution",
        "targets.0.duration": "2 d", "targets.0.calendar": "office",
        "targets.0.priority": "*", "targets.0.pauses": ["customer", "supplier"],
        "targets.0.steps.0.moment": "percent", "targets.0.steps.0.amount": "80 %", "targets.0.steps.0.to": ["assignee"],
        "targets.0.steps.1.moment": "every_seconds", "targets.0.steps.1.amount": "1 ч 30 мин",
        "targets.0.steps.1.to": ["head"],
    }  # fmt: skip
    save(hanna, here, typed)
    page = hanna.get(f"{here}publish/").content.decode().replace("\u00a0", " ")
    assert "Resolution, any priority: within 18 h of working time (Office)" in page
    assert "Every 1 h 30 min after due: tell the head of the department" in page
    assert publish(hanna, here).status_code == 302
    current = Policy.objects.get(code="standard").current
    assert current is not None
    assert (current.number, current.published_by) == (2, cast.hanna)
    target = current.definition["targets"][0]
    assert (target["seconds"], target["pauses_on"]) == (18 * 3600, ["customer", "supplier"])
    assert [step.get("percent") or step.get("every_seconds") for step in target["steps"]] == [80, 5400]


def test_a_calendar_is_written_as_one_says_it(cast: Cast, sign_in: SignIn) -> None:
    adam, here = sign_in("adam"), "/workshop/calendars/office/"
    typed = {
        "name": "Office", "tz": "Europe/Moscow", "mon": "9:00-13:00, 14:00–18:00", "fri": "22:00–06:00",
        "dates": "01.01.2027 – 08.01.2027\n2027-02-20 09:00–17:00",
    }  # fmt: skip
    save(adam, here, typed)
    assert publish(adam, here).status_code == 302
    current = Calendar.objects.get(code="office").current
    assert current is not None
    assert current.definition["weekly"]["mon"] == [["09:00", "13:00"], ["14:00", "18:00"]]
    assert len(current.definition["holidays"]) == 8
    assert current.definition["exceptions"] == {"2027-02-20": [["09:00", "17:00"]]}


def test_holidays_of_a_year_are_proposed_and_typed_days_stay(cast: Cast, sign_in: SignIn) -> None:
    adam, here = sign_in("adam"), "/workshop/calendars/office/"
    typed = {
        "name": "Office",
        "tz": "Europe/Moscow",
        **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00–18:00"),
    }
    asked = {"dates": "2027-02-22 10:00–12:00", "country": "RU", "year": "2027"}
    save(adam, here, typed | asked, do="propose")
    dates = Draft.objects.get().typed["dates"].splitlines()
    assert "2027-02-22 10:00–12:00" in dates
    assert "2027-02-20 09:00–17:00" in dates, "a working Saturday for the 22nd, which would have been an eve"
    assert "2027-11-03 09:00–17:00" in dates, "an eve is one hour shorter"
    assert any(line.startswith("2027-01-04 – ") for line in dates)


def test_a_service_is_renamed_withdrawn_and_put_back(cast: Cast, sign_in: SignIn) -> None:
    hanna, here = sign_in("hanna"), "/workshop/services/support/"
    typed = {
        "name_en": "Help of all kinds", "provider": cast.it.pk, "icon": "headset",
        "offerings.0.slug": "help", "offerings.0.name_en": "Technical help", "offerings.0.audience": "everyone",
        "offerings.0.kind": "basic", "offerings.0.plan.0.department": cast.it.pk,
        "offerings.0.plan.0.name_en": "Diagnosis",
        "offerings.0.plan.1.department": cast.warehouse.pk, "offerings.0.plan.1.name_en": "Delivery",
    }  # fmt: skip
    save(hanna, here, typed)
    assert publish(hanna, here, reason="The promise is renewed tomorrow.").status_code == 302
    cast.support.refresh_from_db()
    assert (cast.support.name, cast.support.icon) == ({"en": "Help of all kinds"}, "headset")
    assert [stage.department for stage in cast.help.plan.all()] == [cast.it, cast.warehouse]
    assert list(WorkshopEvent.objects.order_by("pk").values_list("verb", "number")) == [("found", 1), ("published", 2)]
    assert "Поддержка / Support" in hanna.get(f"{here}versions/1/").content.decode()
    hanna.post(f"{here}active/")
    cast.support.refresh_from_db()
    assert not cast.support.is_active
    hanna.post(f"{here}active/", {"on": "1", "reason": "It is renewed by now."})
    cast.support.refresh_from_db()
    assert cast.support.is_active
    assert "Put back in force" in hanna.get(here).content.decode()


def test_an_offering_left_out_is_withdrawn_and_never_deleted(cast: Cast, sign_in: SignIn) -> None:
    hanna, here = sign_in("hanna"), "/workshop/services/support/"
    cast.files("ann", "help")
    save(hanna, here, {"name_en": "Support", "provider": cast.it.pk})
    publish(hanna, here)
    cast.help.refresh_from_db()
    assert not cast.help.is_active


def test_the_audit_log_is_append_only(cast: Cast, sign_in: SignIn) -> None:
    from django.db import InternalError, OperationalError, transaction
    from django.db.utils import DatabaseError

    save(sign_in("hanna"), FORM, ADDED)
    publish(sign_in("hanna"), FORM)
    with pytest.raises((InternalError, OperationalError, DatabaseError)), transaction.atomic():
        WorkshopEvent.objects.update(code="other")

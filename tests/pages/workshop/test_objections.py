"""A plan that cannot fit into what is promised is not published, and the page shows why; a reason overrides it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Offering, PlannedStage, WorkshopEvent
from sla.models import Agreement, Calendar, CalendarVersion, Policy
from sla.publishing import publish_calendar, publish_policy
from tests.api.counting import counted
from tests.cast import OFFICE, Cast, target
from tests.pages.workshop.test_flow import save

SignIn = Callable[[str], Client]
SUPPORT, STANDARD = "/workshop/services/support/", "/workshop/policies/standard/"


def planned(cast: Cast, *stages: dict[str, Any]) -> dict[str, Any]:
    """The service as the editor sends it, with these stages of its one offering."""
    typed: dict[str, Any] = {
        "name_en": "Support", "provider": cast.it.pk, "icon": "headset", "offerings.0.slug": "help",
        "offerings.0.name_en": "Technical help", "offerings.0.audience": "everyone", "offerings.0.kind": "basic",
    }  # fmt: skip
    for place, stage in enumerate(stages):
        typed |= {f"offerings.0.plan.{place}.{part}": value for part, value in stage.items()}
    return typed


def press(client: Client, here: str, reason: str | None = None) -> Any:
    """Press "Publish", with a reason where one is given."""
    page = client.get(f"{here}publish/").content.decode()
    said = dict(re.findall(r'name="(revision|seen)" value="([^"]*)"', page))
    return client.post(f"{here}publish/", said if reason is None else said | {"reason": reason})


@pytest.fixture
def stages(cast: Cast) -> list[dict[str, Any]]:
    """Six hours of IT and six of the Warehouse, of eight that are promised."""
    return [
        {"department": cast.it.pk, "name_en": "Diagnosis"},
        {"department": cast.warehouse.pk, "name_en": "Delivery"},
    ]


def test_a_plan_longer_than_the_promise_is_refused_with_the_arithmetic(
    cast: Cast, sign_in: SignIn, stages: list[dict[str, Any]]
) -> None:
    hanna = sign_in("hanna")
    save(hanna, SUPPORT, planned(cast, *stages))
    answer = press(hanna, SUPPORT)
    page = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.status_code == 422
    assert "“Support: Technical help” takes 12 h on its longest way; promised at urgent priority are 4 h" in page
    assert 'IT: Diagnosis</th><td class="num">6 h</td>' in page
    assert "Mon 2 March, 10:05 → Mon 2 March, 16:05" in page
    assert "Mon 2 March, 16:05 → Tue 3 March, 13:05" in page
    assert "Promised</th>" in page
    assert not cast.help.plan.exists()
    assert not WorkshopEvent.objects.exists()


def test_a_reason_publishes_it_all_the_same_and_stays_in_the_history(
    cast: Cast, sign_in: SignIn, stages: list[dict[str, Any]]
) -> None:
    hanna = sign_in("hanna")
    save(hanna, SUPPORT, planned(cast, *stages))
    assert press(hanna, SUPPORT, "   ").status_code == 422, "blanks are no reason"
    assert press(hanna, SUPPORT, "A second shift begins in April.").status_code == 302
    assert cast.help.plan.count() == 2
    event = WorkshopEvent.objects.get(verb="published")
    assert (event.reason, event.by) == ("A second shift begins in April.", cast.hanna)
    page = hanna.get(SUPPORT).content.decode()
    assert "Published against the check:" in page
    assert "A second shift begins in April." in page


def test_a_plan_that_fits_asks_for_no_reason_and_keeps_none(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    publish_policy(
        policy=cast.policy, definition={"targets": [target("resolution", 8), target("stage", 4)]}, now=cast.now
    )
    typed = planned(
        cast,
        {"department": cast.it.pk, "name_en": "Diagnosis"},
        {"department": cast.warehouse.pk, "name_en": "Spare part", "beside": "yes"},
        {"department": cast.sales.pk, "name_en": "Consent", "approval_hours": "1,5"},
    )
    save(hanna, SUPPORT, typed)
    assert 'name="reason"' not in hanna.get(f"{SUPPORT}publish/").content.decode()
    assert press(hanna, SUPPORT, "nobody asked").status_code == 302
    assert WorkshopEvent.objects.get(verb="published").reason == ""
    kept = cast.help.plan.values_list("department", "beside", "kind", "seconds")
    assert list(kept) == [
        (cast.it.pk, False, "work", None),
        (cast.warehouse.pk, True, "work", None),
        (cast.sales.pk, False, "approval", 5400),
    ]
    page = hanna.get(SUPPORT).content.decode().replace("\xa0", " ")
    assert "IT (Diagnosis) + Warehouse (Spare part) → Sales (Consent, approval within 1.5 h)" in page
    editor = hanna.get(f"{SUPPORT}edit/").content.decode()
    assert 'name="offerings.0.plan.2.approval_hours" value="1.5"' in editor


@pytest.mark.parametrize("typed", ["soon", "0", "1001", "-3", "1:30"])
def test_an_approval_without_a_usable_time_is_not_ready_to_be_published(
    cast: Cast, sign_in: SignIn, typed: str
) -> None:
    hanna = sign_in("hanna")
    save(hanna, SUPPORT, planned(cast, {"department": cast.it.pk, "name_en": "Yes?", "approval_hours": typed}))
    page = hanna.get(f"{SUPPORT}edit/?check=1").content.decode()
    assert 'id="offerings.0.plan.0.approval_hours-error"' in page


def test_an_approval_takes_its_time_from_the_promise(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    publish_policy(
        policy=cast.policy, definition={"targets": [target("resolution", 8), target("stage", 4)]}, now=cast.now
    )
    consent = {"department": cast.sales.pk, "name_en": "Consent", "approval_hours": "5"}
    save(hanna, SUPPORT, planned(cast, {"department": cast.it.pk, "name_en": "Work"}, consent))
    page = press(hanna, SUPPORT).content.decode()
    assert "takes 9 h on its longest way" in page.replace("\xa0", " ")
    assert "Sales: Consent (approval)" in page


def plan_in_force(cast: Cast, hours: int) -> None:
    """A policy whose stages fit, and a plan of two of them."""
    targets = [target("resolution", 8), target("stage", hours)]
    publish_policy(policy=cast.policy, definition={"targets": targets}, now=cast.now)
    for place, department in enumerate((cast.it, cast.warehouse), 1):
        PlannedStage.objects.create(offering=cast.help, position=place, department=department, name={"en": "Part"})


def policy_typed(resolution: str, stage: str) -> dict[str, str]:
    return {
        "name": "Standard", "targets.0.metric": "resolution", "targets.0.duration": resolution,
        "targets.0.priority": "*", "targets.0.calendar": "office", "targets.1.metric": "stage",
        "targets.1.duration": stage, "targets.1.priority": "*", "targets.1.calendar": "office",
    }  # fmt: skip


def test_a_policy_that_breaks_a_plan_is_refused_and_one_that_breaks_it_no_further_is_not(
    cast: Cast, sign_in: SignIn
) -> None:
    plan_in_force(cast, 4)
    adam = sign_in("adam")
    save(adam, STANDARD, policy_typed("6 h", "4 h"))
    answer = press(adam, STANDARD)
    assert answer.status_code == 422
    assert "takes 8 h on its longest way; promised at low priority are 6 h" in answer.content.decode().replace(
        "\xa0", " "
    )
    assert press(adam, STANDARD, "Agreed with the board.").status_code == 302
    save(adam, STANDARD, policy_typed("6 h", "4 h") | {"name": "Standard, renamed"})
    assert press(adam, STANDARD).status_code == 302, "broken before and no worse"
    save(adam, STANDARD, policy_typed("6 h", "4 h 30 min"))
    assert press(adam, STANDARD).status_code == 422, "broken before, and worse"


def test_an_agreement_that_promises_too_much_for_a_plan_is_refused(cast: Cast, sign_in: SignIn) -> None:
    plan_in_force(cast, 4)
    short = Policy.objects.create(code="short", name="Short")
    publish_policy(policy=short, definition={"targets": [target("resolution", 5), target("stage", 4)]}, now=cast.now)
    adam, here = sign_in("adam"), "/workshop/agreements/torg/"
    adam.post("/workshop/agreements/new/", {"code": "torg", "name": "For Torg", "provider": cast.it.pk})
    line = {"lines.0.party": f"customer:{cast.opt_torg.pk}", "lines.0.thing": f"service:{cast.support.pk}"}
    save(adam, here, {"name": "For Torg", "provider": cast.it.pk, "policy": "short", **line}, 1)
    answer = press(adam, here)
    assert answer.status_code == 422
    assert "too late: For Torg." in answer.content.decode().replace("\xa0", " ")
    assert not Agreement.objects.filter(code="torg").exists()


def test_what_is_promised_to_those_who_cannot_ask_breaks_nothing(cast: Cast, sign_in: SignIn) -> None:
    plan_in_force(cast, 4)
    cast.help.audience = "employees"
    cast.help.save()
    short = Policy.objects.create(code="short", name="Short")
    publish_policy(policy=short, definition={"targets": [target("resolution", 5), target("stage", 4)]}, now=cast.now)
    adam, here = sign_in("adam"), "/workshop/agreements/torg/"
    adam.post("/workshop/agreements/new/", {"code": "torg", "name": "For Torg", "provider": cast.it.pk})
    line = {"lines.0.party": f"customer:{cast.opt_torg.pk}", "lines.0.thing": f"service:{cast.support.pk}"}
    save(adam, here, {"name": "For Torg", "provider": cast.it.pk, "policy": "short", **line}, 1)
    assert press(adam, here).status_code == 302


def test_the_check_asks_as_many_statements_for_many_plans_as_for_one(cast: Cast, sign_in: SignIn) -> None:
    plan_in_force(cast, 4)
    adam = sign_in("adam")
    save(adam, STANDARD, policy_typed("6 h", "4 h"))
    adam.get(f"{STANDARD}publish/")
    with counted() as before:
        adam.get(f"{STANDARD}publish/")
    for offering in (cast.laptop, cast.pallet):
        for place, department in enumerate((cast.it, cast.warehouse), 1):
            PlannedStage.objects.create(offering=offering, position=place, department=department, name={"en": "Part"})
    with counted() as after:
        assert "A laptop" in adam.get(f"{STANDARD}publish/").content.decode()
    assert len(after) == len(before) <= 36, (len(before), *after)


def too_long(cast: Cast) -> None:
    """A plan in force of twice six hours, of eight that are promised."""
    for place, department in enumerate((cast.it, cast.warehouse), 1):
        PlannedStage.objects.create(offering=cast.help, position=place, department=department, name={"en": "Part"})


def test_what_is_put_back_in_force_is_checked_as_what_is_published(cast: Cast, sign_in: SignIn) -> None:
    too_long(cast)
    hanna = sign_in("hanna")
    assert hanna.post(f"{SUPPORT}active/").status_code == 302, "nothing stands against withdrawing"
    refused = hanna.post(f"{SUPPORT}active/", {"on": "1"})
    page = re.sub(r"\s+", " ", refused.content.decode())
    cast.support.refresh_from_db()
    assert (refused.status_code, cast.support.is_active) == (422, False)
    assert "“Support: Technical help” takes 12 h on its longest way" in page
    assert 'name="reason"' in page
    assert hanna.post(f"{SUPPORT}active/", {"on": "1", "reason": "  "}).status_code == 422
    assert hanna.post(f"{SUPPORT}active/", {"on": "1", "reason": "A second shift."}).status_code == 302
    cast.support.refresh_from_db()
    assert (cast.support.is_active, WorkshopEvent.objects.get(verb="restored").reason) == (True, "A second shift.")
    assert "A second shift." in hanna.get(SUPPORT).content.decode()


def test_what_fits_is_put_back_without_a_word(cast: Cast, sign_in: SignIn) -> None:
    plan_in_force(cast, 4)
    hanna = sign_in("hanna")
    hanna.post(f"{SUPPORT}active/")
    assert hanna.post(f"{SUPPORT}active/", {"on": "1", "reason": "nobody asked"}).status_code == 302
    assert WorkshopEvent.objects.get(verb="restored").reason == ""


STORE = "/workshop/calendars/store/"


@pytest.fixture
def store(cast: Cast) -> Calendar:
    """The Warehouse works by hours of its own, which are those of the office yet; the plan just fits."""
    calendar = Calendar.objects.create(code="store", name="Store")
    publish_calendar(calendar=calendar, definition=OFFICE, now=cast.now)
    plan_in_force(cast, 4)
    own = {"department": cast.warehouse.pk, "calendar": "store"}
    targets = [target("resolution", 8), target("stage", 4), target("stage", 4, **own)]
    publish_policy(policy=cast.policy, definition={"targets": targets}, now=cast.now)
    return calendar


def opening(hours: str, **more: str) -> dict[str, str]:
    return {"name": "Store", "tz": "Europe/Moscow"} | dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), hours) | more


def test_a_calendar_that_makes_a_plan_too_long_is_refused_with_the_arithmetic(
    cast: Cast, sign_in: SignIn, store: Calendar
) -> None:
    adam = sign_in("adam")
    save(adam, STORE, opening("09:00–12:00", dates="2026-03-09"))
    answer = press(adam, STORE)
    page = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.status_code == 422
    assert "“Support: Technical help” takes 8 h on its longest way" in page
    assert CalendarVersion.objects.filter(calendar=store).count() == 1
    assert press(adam, STORE, "They open at noon no more.").status_code == 302
    assert CalendarVersion.objects.filter(calendar=store).count() == 2


def test_a_longer_calendar_is_published(cast: Cast, sign_in: SignIn, store: Calendar) -> None:
    adam = sign_in("adam")
    save(adam, STORE, opening("08:00–20:00", dates="2026-03-09"))
    assert press(adam, STORE).status_code == 302


def test_a_holiday_of_all_is_no_objection_to_a_plan_that_did_not_fit_before(cast: Cast, sign_in: SignIn) -> None:
    too_long(cast)
    adam, here = sign_in("adam"), "/workshop/calendars/office/"
    save(adam, here, opening("09:00–18:00", name="Office", dates="2026-03-09\n2026-05-01 – 2026-05-11"))
    assert press(adam, here).status_code == 302


def test_those_beyond_the_sixth_are_told_by_name(cast: Cast, sign_in: SignIn, store: Calendar) -> None:
    for number in range(8):
        offering = Offering.objects.create(
            service=cast.support, slug=f"more-{number}", name={"en": f"More {number}"}, audience="everyone"
        )
        targets = PlannedStage.objects.filter(offering=cast.help)
        for stage in targets:
            stage.pk, stage.offering = None, offering
            stage.save()
    adam = sign_in("adam")
    save(adam, STORE, opening("09:00–12:00", dates="2026-03-09"))
    page = re.sub(r"\s+", " ", press(adam, STORE).content.decode())
    assert page.count('</p><div class="scroll"') == 6, "with their arithmetic"
    assert "These do not fit either: “Support: More" in page
    assert all(f"Support: More {number}”" in page for number in range(8))

"""Calendars, policies and agreements in Django's admin: saved is published, refused is told at the field."""

import json
from typing import Any

import pytest
from django.test import Client

from sla.models import Agreement, Calendar, Escalation, Policy
from tests.cast import OFFICE, Cast, target
from tests.sla.test_observe import clock, filed

ADMIN = "/workshop/admin"
CALENDARS, POLICIES, AGREEMENTS = (f"{ADMIN}/sla/{name}" for name in ("calendar", "policy", "agreement"))


def inline(prefix: str = "versions") -> dict[str, str]:
    return {f"{prefix}-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}


@pytest.fixture
def adam(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.adam, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, path: str, **form: Any) -> Any:
    return client.post(path, inline() | form)


def test_another_definition_is_published_as_the_next_version(cast: Cast, adam: Client) -> None:
    path = f"{CALENDARS}/{cast.office.pk}/change/"
    assert adam.get(path).status_code == 200
    again = {"code": "office", "name": "The office"}
    assert send(adam, path, definition=json.dumps(OFFICE), **again).status_code == 302
    assert cast.office.versions.count() == 1, "nothing was changed but the name"
    assert send(adam, path, definition=json.dumps(OFFICE | {"holidays": []}), **again).status_code == 302
    current = Calendar.objects.get(code="office").current
    assert current is not None
    assert (current.number, current.published_by, current.definition["holidays"]) == (2, cast.adam, [])


def test_a_new_calendar_is_published_at_once(adam: Client) -> None:
    send(adam, f"{CALENDARS}/add/", code="ural", name="Ural", definition=json.dumps(OFFICE))
    current = Calendar.objects.get(code="ural").current
    assert current is not None
    assert current.number == 1


@pytest.mark.parametrize(
    "definition, told",
    [
        (json.dumps(OFFICE | {"tz": "Europe/Moskau"}), "There is no time zone called"),
        ("[]", "."),
        ("{", "Enter a valid JSON."),
    ],
)
def test_a_bad_calendar_is_told_at_the_field(cast: Cast, adam: Client, definition: str, told: str) -> None:
    answer = send(adam, f"{CALENDARS}/{cast.office.pk}/change/", code="office", name="O", definition=definition)
    (problem,) = answer.context["adminform"].form.errors["definition"]
    assert answer.status_code == 200
    assert told in problem or "JSON" in problem
    assert cast.office.versions.count() == 1


def test_a_policy_of_an_unknown_calendar_is_told_at_the_field(cast: Cast, adam: Client) -> None:
    definition = {"targets": [target("resolution", 1, calendar="nowhere")]}
    answer = send(
        adam, f"{POLICIES}/{cast.policy.pk}/change/", code="standard", name="S", definition=json.dumps(definition)
    )
    assert "nowhere" in answer.context["adminform"].form.errors["definition"][0]


def test_a_policy_is_published_and_deactivated(cast: Cast, adam: Client) -> None:
    definition = json.dumps({"targets": [target("resolution", 1)]})
    path = f"{POLICIES}/{cast.policy.pk}/change/"
    assert send(adam, path, code="standard", name="S", definition=definition).status_code == 302
    policy = Policy.objects.get(code="standard")
    assert policy.current is not None
    assert (policy.current.number, policy.is_active) == (2, False)


def test_an_agreement_is_published_with_its_lines(cast: Cast, adam: Client) -> None:
    party = f"customer:{cast.opt_torg.pk}"
    form = {"code": "opt", "name": "Opt", "provider": cast.it.pk, "policy": cast.policy.pk, "text": ""}
    lines = json.dumps([{"party": party, "ends": "2030-01-01T00:00:00+03:00"}])
    assert send(adam, f"{AGREEMENTS}/add/", lines=lines, **form).status_code == 302
    agreement = Agreement.objects.get(code="opt")
    (line,) = agreement.versions.get().lines.all()
    assert (line.party, line.thing) == (party, "any")
    shown = adam.get(f"{AGREEMENTS}/{agreement.pk}/change/")
    assert shown.context["adminform"].form.initial["lines"][0]["ends"] == "2029-12-31T21:00:00+00:00"


def test_a_line_that_begins_later_is_shown_with_its_beginning(cast: Cast, adam: Client) -> None:
    form = {"code": "opt", "name": "Opt", "provider": cast.it.pk, "policy": cast.policy.pk, "text": ""}
    lines = json.dumps([{"party": f"customer:{cast.opt_torg.pk}", "begins": "2090-01-01T00:00:00+00:00"}])
    send(adam, f"{AGREEMENTS}/add/", lines=lines, **form)
    shown = adam.get(f"{AGREEMENTS}/{Agreement.objects.get(code='opt').pk}/change/")
    assert shown.context["adminform"].form.initial["lines"][0]["begins"] == "2090-01-01T00:00:00+00:00"


def test_an_opening_that_a_clock_change_skips_is_told_where_hours_are_edited(cast: Cast, adam: Client) -> None:
    night = json.dumps({"tz": "Europe/Rome", "weekly": {"sun": [["02:30", "06:00"]]}})
    send(adam, f"{CALENDARS}/add/", code="night", name="Night", definition=night)
    assert "the clocks go forward over 02:30" in adam.get(f"{CALENDARS}/").content.decode()


@pytest.mark.parametrize(
    "lines, told",
    [
        ("[{}]", "would both promise any for any"),
        ('[{"party": "everybody"}]', "is no party"),
        ('[{"begins": "2030-01-01"}]', "lacks an offset"),
        ('[{"ends": "soon"}]', "is not an instant"),
        ('[{"who": "any"}]', "A line has"),
        ('{"party": "any"}', "Expected a list"),
    ],
)
def test_a_bad_line_is_told_at_the_field_and_nothing_is_kept(cast: Cast, adam: Client, lines: str, told: str) -> None:
    form = {"code": "again", "name": "Again", "provider": cast.it.pk, "policy": cast.policy.pk}
    answer = send(adam, f"{AGREEMENTS}/add/", lines=lines, **form)
    assert told in answer.context["adminform"].form.errors["lines"][0]
    assert not Agreement.objects.filter(code="again").exists()


def test_parked_work_is_seen_and_tried_again(cast: Cast, adam: Client) -> None:
    row = clock(filed(cast), "resolution")
    parked = Escalation.objects.create(
        clock=row, step="percent:80", owed_for=cast.now, due_at=cast.now, failed_at=cast.now, attempts=3,
        last_error="nobody to tell",
    )  # fmt: skip
    path = f"{ADMIN}/sla/escalation/"
    assert "nobody to tell" in adam.get(path, {"state": "parked"}).content.decode()
    adam.post(path, {"action": "try_again", "_selected_action": [parked.pk]})
    parked.refresh_from_db()
    assert (parked.failed_at, parked.attempts) == (None, 0)


@pytest.mark.parametrize("name", ["calendar", "policy", "agreement", "escalation"])
def test_every_list_opens_for_administrators_only(cast: Cast, adam: Client, name: str) -> None:
    filed(cast)
    path = f"{ADMIN}/sla/{name}/"
    assert adam.get(path).status_code == 200
    hanna = Client()
    hanna.force_login(cast.hanna, backend="django.contrib.auth.backends.ModelBackend")
    assert hanna.get(path).status_code in (302, 403)


def test_a_journey_set_aside_is_shown_with_its_reason_and_looked_at_again(cast: Cast, adam: Client) -> None:
    journey = cast.files("ann").journey
    type(journey).objects.filter(pk=journey.pk).update(broken="CalendarGone: office@9", next_step_at=None)
    page = adam.get(f"{ADMIN}/sla/journey/").content.decode()
    assert str(journey.number) in page
    assert "CalendarGone: office@9" in page
    form = {"action": "try_again", "_selected_action": [journey.pk]}
    assert adam.post(f"{ADMIN}/sla/journey/", form).status_code == 302
    journey.refresh_from_db()
    assert (journey.broken, journey.next_step_at is not None) == ("", True)

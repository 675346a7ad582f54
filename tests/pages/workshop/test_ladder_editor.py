"""Steps of a ladder in the policy's editor: every action and role, what is missing, and who would not hear."""

from typing import Any

from servicedesk.people.models import Role
from sla.models import Policy, Webhook
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tests.pages.workshop.test_flow import publish, save

HERE = "/workshop/policies/standard/"
TARGET = {
    "name": "Standard", "targets.0.metric": "resolution", "targets.0.duration": "2 d", "targets.0.calendar": "office",
    "targets.0.priority": "*",
}  # fmt: skip


def step(number: int, **said: Any) -> dict[str, Any]:
    typed = {"moment": "percent", "amount": str(10 * number + 10), **said}
    return {f"targets.0.steps.{number}.{part}": value for part, value in typed.items()}


def test_every_action_is_chosen_told_in_words_and_published(cast: Cast, sign_in: SignIn) -> None:
    Webhook.objects.create(code="siem", name="Monitoring", url="https://example.org/", secret="x")
    Role.objects.create(person=cast.inna, kind="deputy", customer=cast.it)
    hanna = sign_in("hanna")
    typed = (
        TARGET
        | step(0, action="notify", to=["deputy", "watcher"], quiet="office")
        | step(1, action="hand_over", department="warehouse", to=["head"])
        | step(2, action="webhook", webhook="siem")
        | step(3, action="webhook", webhook="siem", to=["administrator"])
        | step(4, action="raise_priority", priority="urgent", to=["assignee"])
        | step(5, action="reassign", to=["head"], moment="every_seconds", amount="2 h")
    )
    save(hanna, HERE, typed)
    page = hanna.get(f"{HERE}publish/").content.decode().replace("\u00a0", " ")
    for words in (
        "At 10 %: tell the head&#x27;s deputy, whoever watches the ticket, outside of “Office” only when it opens",
        "At 20 %: hand the work over to Warehouse, tell the head of the department",
        "At 30 %: call the webhook “Monitoring”",
        "At 40 %: call the webhook “Monitoring”, tell the administrators",
        "At 50 %: raise it to urgent priority, tell the assignee",
        "Every 2 h after due: give the ticket to the head of the department",
    ):
        assert words in page, words
    assert publish(hanna, HERE).status_code == 302
    current = Policy.objects.get(code="standard").current
    assert current is not None
    steps = current.definition["targets"][0]["steps"]
    assert steps == [
        {"percent": 10, "to": ["deputy", "watcher"], "quiet_outside": "office"},
        {"percent": 20, "to": ["head"], "action": "hand_over", "department": "warehouse"},
        {"percent": 30, "action": "webhook", "webhook": "siem"},
        {"percent": 40, "to": ["administrator"], "action": "webhook", "webhook": "siem"},
        {"percent": 50, "to": ["assignee"], "action": "raise_priority", "priority": "urgent"},
        {"every_seconds": 7200, "to": ["head"], "action": "reassign"},
    ]
    editor = hanna.get(f"{HERE}edit/").content.decode()
    assert '<option value="warehouse" selected>' in editor
    assert '<option value="office" selected>only while “Office” is open</option>' in editor


def test_what_a_step_lacks_is_said_at_its_field(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    typed = TARGET | step(0, action="hand_over", to=["head"]) | step(1, action="webhook", webhook="none")
    save(hanna, HERE, typed | step(2, quiet="moon", to=["head"]))
    page = hanna.get(f"{HERE}edit/?check=1").content.decode()
    for field in ("0.department", "1.webhook", "2.quiet"):
        assert f'id="targets.0.steps.{field}-error"' in page
    assert publish(hanna, HERE).headers["Location"] == f"{HERE}edit/?check=1"


def test_a_step_that_nobody_would_hear_is_warned_of_where_it_is_typed(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    save(hanna, HERE, TARGET | step(0, to=["deputy"]) | step(1, to=["head"]) | step(2, to=["deputy", "assignee"]))
    words = "Nobody is there to hear: the head&#x27;s deputy (IT)."
    assert hanna.get(f"{HERE}edit/").content.decode().count(words) == 1
    assert hanna.get(f"{HERE}publish/").content.decode().count(words) == 1
    Role.objects.create(person=cast.inna, kind="deputy", customer=cast.it)
    assert words not in hanna.get(f"{HERE}edit/").content.decode()


def test_a_department_without_head_or_deputy_is_named(cast: Cast, sign_in: SignIn) -> None:
    Role.objects.filter(kind="head").delete()
    adam = sign_in("adam")
    save(adam, HERE, TARGET | step(0, to=["head", "deputy"]))
    page = adam.get(f"{HERE}publish/").content.decode()
    assert "Nobody is there to hear: the head of the department, the head&#x27;s deputy (IT)." in page


def test_a_renamed_policy_is_warned_of_for_those_who_promise_it(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    save(adam, HERE, TARGET | {"name": "Another name"} | step(0, to=["deputy"]))
    for act in ("edit", "publish"):
        assert "the head&#x27;s deputy (IT)." in adam.get(f"{HERE}{act}/").content.decode(), act

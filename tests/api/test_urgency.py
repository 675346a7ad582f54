"""Impact, urgency and the corridor ahead, through the API."""

from catalog.models import PlannedStage
from tests.api.test_filing import Calls
from tests.cast import Cast

NEW = {"offering": "laptop", "subject": "The till is dead", "body": "Nothing is sold."}


def test_impact_and_urgency_make_the_priority_and_one_that_is_said_wins(calls: Calls, cast: Cast) -> None:
    ann, igor = calls("ann"), calls("igor")
    made = ann.post("/tickets", NEW | {"impact": "company", "urgency": "hinders"}).json()
    assert made["priority"] == "urgent"
    said = ann.post("/tickets", NEW | {"impact": "company", "urgency": "hinders", "priority": "low"}).json()
    assert said["priority"] == "low"
    assert ann.post("/tickets", NEW | {"impact": "company"}).status_code == 422
    path = f"/tickets/{made['number']}"
    shown = igor.get(path).json()
    assert (shown["impact"], shown["urgency"], shown["priority_matrix"]) == ("company", "hinders", 1)
    changed = igor.post(f"{path}/reprioritise", {"impact": "person", "urgency": "can_wait"}).json()
    assert (changed["priority"], changed["impact"]) == ("low", "person")
    assert igor.post(f"{path}/reprioritise", {}).status_code == 422
    by_hand = igor.post(f"{path}/reprioritise", {"priority": "high"}).json()
    assert (by_hand["priority"], by_hand["impact"], by_hand["priority_matrix"]) == ("high", "person", None)


def test_the_corridor_ahead_is_told_to_the_provider_and_to_nobody_else(calls: Calls, cast: Cast) -> None:
    for place, department in enumerate((cast.it, cast.warehouse), 1):
        PlannedStage.objects.create(offering=cast.laptop, position=place, department=department, name={"en": "Part"})
    ticket = cast.files()
    path = f"/tickets/{ticket.number}/clocks"
    ahead = calls("igor").get(path).json()["ahead"]
    assert [(one["stage"], one["department"]["code"]) for one in ahead] == [("1", "it"), ("", "warehouse")]
    assert [one["planned_due"] for one in ahead] == ["2026-03-02T09:00:00Z", "2026-03-02T15:00:00Z"]
    assert all(one["is_late"] for one in ahead), "six and six hours do not fit into eight"
    assert calls("ann").get(path).json()["ahead"] == []

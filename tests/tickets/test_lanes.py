"""The corridor drawn as two lanes."""

from tickets.desk.lanes import draw_lanes
from tickets.desk.story import Stop


def stop(state: str, spent: int | None, promised: int | None) -> Stop:
    return Stop(number=1, department_id=1, department="IT", state=state, spent=spent, promised=promised)


def test_both_lanes_stand_on_one_scale_and_only_what_ran_over_is_red() -> None:
    lanes = draw_lanes([stop("done", 90, 60), stop("live", 30, 100), stop("planned", None, None)])
    assert lanes is not None
    assert [(piece.x, piece.width) for piece in lanes.promised] == [("0.00%", "37.50%"), ("37.50%", "62.50%")]
    assert [(piece.kind, piece.x, piece.width) for piece in lanes.actual] == [
        ("done", "0.00%", "37.50%"),
        ("over", "37.50%", "18.75%"),
        ("live", "56.25%", "18.75%"),
    ]
    assert lanes.now == "75.00%"


def test_a_corridor_that_ran_over_stretches_the_scale_and_has_no_present_once_done() -> None:
    lanes = draw_lanes([stop("done", 100, 50)])
    assert lanes is not None
    assert ([piece.width for piece in lanes.promised], lanes.now) == (["50.00%"], "")


def test_nothing_is_drawn_where_a_stage_was_promised_no_time() -> None:
    assert draw_lanes([stop("done", 10, 20), stop("live", None, None)]) is None
    assert draw_lanes([stop("planned", None, None)]) is None

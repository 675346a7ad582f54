"""What the demonstration company plans fits into what it promises: its services can be published as they are."""

from datetime import UTC, datetime

import pytest
from django.db.models import Q

from sla.stage_plans.fitting import find_misfits
from sla.stage_plans.scene import read_scene
from sla.versions import forget_versions
from tickets.demo.load import prepare_demo

NOW = datetime(2026, 3, 18, 8, 20, tzinfo=UTC)


@pytest.mark.django_db
def test_every_planned_way_fits_into_every_promise_made_for_it() -> None:
    forget_versions()
    prepare_demo(tickets=1, now=NOW)
    scene = read_scene(offerings=Q(plan__position=1), now=NOW)
    assert len(scene.plans) > 10
    misfits = [
        (one.plan.offering, one.policy, one.priority, one.path.over_working / 3600)
        for one in find_misfits(scene, now=NOW)
    ]
    assert misfits == []

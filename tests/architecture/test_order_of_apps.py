"""tickets → sla → catalog → servicedesk: also for relations, which the import linter does not see."""

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from tests.architecture.sources import APPS

FLOOR = {app: floor for floor, app in enumerate(APPS)}
OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] in FLOOR]


def app_of(model: Any) -> str:
    return str(model.__module__.split(".")[0])


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_relation_points_only_down_the_house(model: type[Model]) -> None:
    named = [field for field in model._meta.get_fields() if field.is_relation and field.concrete]
    targets = [field.related_model for field in named if field.related_model not in (None, "self")]
    up = [target for target in targets if app_of(target) in FLOOR and FLOOR[app_of(target)] > FLOOR[app_of(model)]]
    assert up == []


def test_all_four_apps_were_looked_at() -> None:
    assert {app_of(model) for model in OURS} == set(APPS)

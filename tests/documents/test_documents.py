"""What the documents claim and a machine can check."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands

from catalog.fields import TYPES, validate_form
from servicedesk.env import ROOT
from servicedesk.people.models import Person
from sla.core.calendar import Calendar
from sla.core.policy import Metric, Policy, Reason

CONCEPTS = (ROOT / "docs/concepts.md").read_text()
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    ROOT.glob("docs/**/*.md")
)
OWN_COMMANDS = {"run", "test"}


@pytest.mark.parametrize(
    "place, read", enumerate([validate_form, Calendar.from_dict, Policy.from_dict]), ids=["form", "calendar", "policy"]
)
def test_every_format_shown_is_one_that_is_read(place: int, read: Callable[[Any], object]) -> None:
    shown = re.findall(r"```json\n(.*?)```", CONCEPTS, re.DOTALL)
    assert len(shown) == 3
    read(json.loads(shown[place]))


def test_every_kind_of_field_metric_and_reason_is_named() -> None:
    for name in [*TYPES, *Metric, *Reason]:
        assert f"`{name}`" in CONCEPTS, name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
        assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_named_exists(document: Path) -> None:
    for name in re.findall(r"manage\.py ([a-z_]+)", document.read_text()):
        assert name in OWN_COMMANDS or name in get_commands(), f"{document.name}: {name}"


@pytest.mark.django_db
def test_a_first_administrator_is_made_as_the_readme_says() -> None:
    call_command("createsuperuser", interactive=False, login="root", name="Rita Root", email="root@example.org")
    assert Person.objects.get(login="root").is_superuser

"""What the form of a verb offers to choose from; at most one statement more than the page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import PlannedStage
from servicedesk.people.models import Customer
from sla.reading import Reading
from tickets.access import Access
from tickets.desk.queue import colleagues_in
from tickets.desk.telling import clock_name, hand_over_words
from tickets.desk.verbs import VERBS, stage_promise, verbs_for
from tickets.models import Ticket
from tickets.wording import IMPACTS, PRIORITIES, URGENCIES, WAITS

Choices = Sequence[tuple[str, Any]]


def form_of(code: str, access: Access, readings: Sequence[Reading], said: Mapping[str, str]) -> dict[str, Any] | None:
    """What the template of the verb's form needs; None where the verb is not offered to this person now."""
    verb = VERBS.get(code)
    if verb is None or verb not in verbs_for(access):
        return None
    name, choices, chosen = CHOICES.get(code, _nothing)(access, readings)
    return {
        "verb": verb,
        "name": name,
        "choices": choices,
        "chosen": said.get(name, chosen),
        "body": said.get("body", ""),
        "more": _more(code, access, said),
    }


def _more(code: str, access: Access, said: Mapping[str, str]) -> Sequence[tuple[str, Any, Choices, str]]:
    """Further fields to choose in: name, label, choices, chosen."""
    if code != "reprioritise":
        return ()
    ticket = access.ticket
    nobody = [("", _("nobody said"))] if not ticket.impact else []
    return (
        ("impact", _("Whom it holds up"), [*nobody, *IMPACTS.items()], said.get("impact", ticket.impact)),
        ("urgency", _("How much it hinders"), [*nobody, *URGENCIES.items()], said.get("urgency", ticket.urgency)),
    )


def _nothing(access: Access, readings: Sequence[Reading]) -> tuple[str, Choices, str]:
    return "", (), ""


def _colleagues(access: Access, readings: Sequence[Reading]) -> tuple[str, Choices, str]:
    people = colleagues_in([access.ticket.department_id])
    present = access.ticket.assignee.login if access.ticket.assignee else ""
    return "assignee", people, present or access.viewer.person.login


def _departments(access: Access, readings: Sequence[Reading]) -> tuple[str, Choices, str]:
    """Each with the time its stage is promised; the next one of the planned corridor stands chosen."""
    ticket, clocks = access.ticket, [reading.clock for reading in readings]
    others = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT, is_active=True).exclude(pk=ticket.department_id)
    planned = list(PlannedStage.objects.filter(offering=ticket.offering_id).values_list("department_id", flat=True))
    coming = next((one for one in planned if one not in ticket.departments), None)
    choices, chosen = [], ""
    for department in others.order_by("name"):
        seconds = stage_promise(clocks=clocks, priority=ticket.priority, department_id=department.pk)
        choices.append((department.code, hand_over_words(department.name, seconds, is_planned=department.pk == coming)))
        chosen = department.code if department.pk == coming else chosen
    return "department", choices, chosen


def _waits(access: Access, readings: Sequence[Reading]) -> tuple[str, Choices, str]:
    return "reason", list(WAITS.items()), access.ticket.waiting_for or Ticket.Waiting.CUSTOMER


def _priorities(access: Access, readings: Sequence[Reading]) -> tuple[str, Choices, str]:
    return "priority", list(PRIORITIES.items()), access.ticket.priority


def _clocks(access: Access, readings: Sequence[Reading]) -> tuple[str, Choices, str]:
    live = [reading.clock for reading in readings if reading.clock.state in ("running", "paused")]
    named = [(f"{clock.metric}/{clock.stage}/{clock.cycle}", clock_name(clock)) for clock in live]
    return "clock", named, named[0][0] if named else ""


CHOICES: Mapping[str, Callable[[Access, Sequence[Reading]], tuple[str, Choices, str]]] = {
    "assign": _colleagues,
    "hand_over": _departments,
    "wait": _waits,
    "reprioritise": _priorities,
    "take_charge": _clocks,
}

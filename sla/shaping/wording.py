"""The words of policies: metrics, priorities, reasons to wait, steps of a ladder."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from sla.shaping.durations import duration_exactly

METRICS = {
    "taking": later("Taking into work"),
    "first_response": later("First response"),
    "next_response": later("Next response"),
    "periodic_update": later("Regular news"),
    "stage": later("A department's stage"),
    "resolution": later("Resolution"),
    "customer_duty": later("Customer's answer"),
}
PRIORITIES = {
    "*": later("any priority"), "low": later("low priority"), "normal": later("normal priority"),
    "high": later("high priority"), "urgent": later("urgent priority"),
}  # fmt: skip
REASONS = {
    "customer": later("waiting for the customer"), "supplier": later("waiting for the supplier"),
    "approval": later("waiting for approval"), "department": later("waiting for another department"),
    "agreed_date": later("waiting for the agreed date"), "force_majeure": later("held up by force majeure"),
}  # fmt: skip
ROLES = {
    "assignee": later("the assignee"), "head": later("the head of the department"),
    "deputy": later("the head's deputy"), "account_manager": later("the account manager"),
    "watcher": later("whoever watches the ticket"), "administrator": later("the administrators"),
}  # fmt: skip
ACTIONS = {
    "notify": later("tell"),
    "reassign": later("give the ticket to"),
    "raise_priority": later("raise the priority, tell"),
    "hand_over": later("hand the work over, tell"),
    "webhook": later("call a webhook, tell"),
}
DAY_NAMES = {
    "mon": later("Monday"), "tue": later("Tuesday"), "wed": later("Wednesday"), "thu": later("Thursday"),
    "fri": later("Friday"), "sat": later("Saturday"), "sun": later("Sunday"),
}  # fmt: skip
MOMENTS = {
    "percent": later("percent of the time"), "before_due_seconds": later("before due"),
    "after_due_seconds": later("after due"), "every_seconds": later("after due, every"),
}  # fmt: skip


def moment_words(step: Mapping[str, Any]) -> str:
    """When a step fires: "at 80 %", "30 min before due", "every 2 h after due"."""
    if "percent" in step:
        return _("at breach") if step["percent"] == 100 else _("at %(n)s %%") % {"n": step["percent"]}
    if "before_due_seconds" in step:
        return _("%(span)s before due") % {"span": duration_exactly(step["before_due_seconds"])}
    if "after_due_seconds" in step:
        return _("%(span)s after due") % {"span": duration_exactly(step["after_due_seconds"])}
    return _("every %(span)s after due") % {"span": duration_exactly(step["every_seconds"])}


def step_words(step: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """One rung: "at 80 %: tell the assignee, outside of Office only when it opens".

    `names` gives the names of departments, webhooks and calendars by "department:code" and so on; else codes show.
    """
    said = f"{moment_words(step)}: {_act_words(step, names)}"
    if quiet := step.get("quiet_outside"):
        calendar = {"calendar": _named("calendar", quiet, names)}
        said += ", " + _("outside of “%(calendar)s” only when it opens") % calendar
    return said


def _act_words(step: Mapping[str, Any], names: Mapping[str, str]) -> str:
    action = str(step.get("action", "notify"))
    roles = ", ".join(str(ROLES.get(role, role)) for role in step.get("to") or ())
    if action == "webhook":
        called = _("call the webhook “%(name)s”") % {"name": _named("webhook", step.get("webhook"), names)}
        return f"{called}, {ACTIONS['notify']} {roles}" if roles else called
    if action == "hand_over":
        to = {"department": _named("department", step.get("department"), names), "roles": roles or ROLES["assignee"]}
        return _("hand the work over to %(department)s, tell %(roles)s") % to
    if action == "raise_priority" and step.get("priority"):
        to = {"priority": PRIORITIES.get(step["priority"], step["priority"]), "roles": roles or ROLES["assignee"]}
        return _("raise it to %(priority)s, tell %(roles)s") % to
    return f"{ACTIONS.get(action, action)} {roles or ROLES['assignee']}"


def _named(kind: str, code: object, names: Mapping[str, str]) -> str:
    return names.get(f"{kind}:{code}", str(code))

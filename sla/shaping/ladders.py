"""Steps of a ladder in the editor: read, written back, offered, and warned of where nobody would hear."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.shaping.kind import Content
from catalog.shaping.typed import Typed
from servicedesk.people.models import Customer, Role
from sla.core.errors import SlaError
from sla.core.ladder import BadStep, Step
from sla.models import Calendar, Webhook
from sla.shaping.durations import duration_exactly, read_duration
from sla.shaping.refusing import core_words
from sla.shaping.wording import ACTIONS, MOMENTS, PRIORITIES, ROLES

SHAPE = {
    "moment": "", "amount": "", "action": "", "to": (), "priority": "", "department": "", "webhook": "", "quiet": "",
}  # fmt: skip
#: What a step names beside roles: the part of its definition, and of which model its code is.
NAMED: Mapping[str, str] = {"department": "department", "webhook": "webhook", "quiet_outside": "calendar"}
#: Roles that have to be given to somebody before anybody holds them.
GIVEN = ("head", "deputy")
MOST_NAMED = 3


def typed_step(step: Mapping[str, Any]) -> Typed:
    moment = next(form for form in MOMENTS if form in step)
    action = str(step.get("action", "notify"))
    return {
        "moment": moment,
        "amount": str(step[moment]) if moment == "percent" else duration_exactly(step[moment]),
        "action": action,
        "to": list(step.get("to") or (() if action == "webhook" else ["assignee"])),
        "priority": str(step.get("priority", "")),
        "department": str(step.get("department", "")),
        "webhook": str(step.get("webhook", "")),
        "quiet": str(step.get("quiet_outside", "")),
    }


def read_step(row: Typed, path: str, *, day: int, known: Mapping[str, str], problems: dict[str, str]) -> Content:
    """One step as the core reads it, with its problems by their path; {} where it cannot be one.

    `known` are the names of `known_names`; `day` the seconds that "1 d" means.
    """
    moment = row["moment"] if row["moment"] in MOMENTS else "percent"
    step: Content = {moment: _number(row, moment, f"{path}amount", day, problems)}
    action = row["action"] if row["action"] in ACTIONS else "notify"
    roles = [role for role in row["to"] if role in ROLES]
    if roles or action != "webhook":
        step["to"] = roles or ["assignee"]
    if action != "notify":
        step["action"] = action
    if action == "raise_priority" and row["priority"] in PRIORITIES and row["priority"] != "*":
        step["priority"] = row["priority"]
    if action in ("hand_over", "webhook"):
        part = "department" if action == "hand_over" else "webhook"
        step[part] = _chosen(row[part], part, f"{path}{part}", known, problems)
    if row["quiet"]:
        step["quiet_outside"] = _chosen(row["quiet"], "calendar", f"{path}quiet", known, problems)
    return step if _is_step(step, path, problems) else {}


def _number(row: Typed, moment: str, path: str, day: int, problems: dict[str, str]) -> int:
    if moment == "percent":
        text = row["amount"].strip().removesuffix("%").strip()
        return int(text) if text.isdecimal() and len(text) < 6 else 0
    return read_span(row["amount"], path, day, problems)


def read_span(text: str, path: str, day: int, problems: dict[str, str]) -> int:
    """Seconds of a span of working time; 0, and a problem at `path`, for what is none."""
    seconds = read_duration(text, day_seconds=day)
    if seconds is None:
        problems[path] = _("Write a span of working time such as 8 h, 2 h 30 min or 3 d.")
    return seconds or 0


def _chosen(code: str, kind: str, path: str, known: Mapping[str, str], problems: dict[str, str]) -> str:
    if f"{kind}:{code}" not in known:
        problems[path] = _("Choose one of the list.")
    return code


def _is_step(step: Content, path: str, problems: dict[str, str]) -> bool:
    try:
        Step.from_dict(step)
    except BadStep:
        problems.setdefault(f"{path}amount", _("Write a whole number of percent such as 80, or a span such as 30 min."))
        return False
    except SlaError as error:
        problems.setdefault(f"{path}amount", core_words(error))
        return False
    return True


def known_names() -> dict[str, str]:
    """What a step may name: active departments and webhooks and published calendars, "kind:code" to name; three
    statements."""
    departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT, is_active=True)
    found = {
        "department": departments,
        "webhook": Webhook.objects.filter(is_active=True),
        "calendar": Calendar.objects.filter(current__isnull=False),
    }
    return {
        f"{kind}:{code}": name
        for kind, rows in found.items()
        for code, name in rows.order_by("name").values_list("code", "name")
    }


def names_of(steps: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of what these steps name, in use or not; one statement for each kind that is named at all."""
    models: dict[str, Any] = {"department": Customer, "webhook": Webhook, "calendar": Calendar}
    wanted: dict[str, set[str]] = {}
    for step in steps:
        for part, kind in NAMED.items():
            if step.get(part):
                wanted.setdefault(kind, set()).add(str(step[part]))
    return {
        f"{kind}:{code}": name
        for kind, codes in wanted.items()
        for code, name in models[kind].objects.filter(code__in=codes).values_list("code", "name")
    }


def choices_of(known: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """What the rows of steps offer beside roles, moments and actions."""
    found: dict[str, list[tuple[str, str]]] = {"department": [], "webhook": [], "calendar": []}
    for place, name in known.items():
        kind, _colon, code = place.partition(":")
        found[kind].append((code, name))
    hours = [(code, _("only while “%(calendar)s” is open") % {"calendar": name}) for code, name in found["calendar"]]
    return {
        "receivers": [("", _("choose a department")), *found["department"]],
        "webhooks": [("", _("choose a webhook")), *found["webhook"]],
        "quiet_calendars": [("", _("at any hour")), *hours],
    }


def steps_without_anybody(targets: Sequence[Mapping[str, Any]], *, departments: Mapping[int, str]) -> dict[str, str]:
    """By the path of its roles, each step that names only roles nobody holds over one of `departments`, in words.

    `targets` have `department` (an id or None: all of them) and `steps`, typed or read. Three statements at most.
    """
    named = [set(_roles(step)) for target in targets for step in target["steps"]]
    asked = [roles for roles in named if roles and roles <= {*GIVEN, "account_manager"}]
    if not asked:
        return {}
    is_managed = Customer.objects.filter(account_manager__is_active=True).exists
    has_managers = any("account_manager" in roles for roles in asked) and is_managed()
    held = _held(departments)
    warned: dict[str, str] = {}
    for n, target in enumerate(targets):
        whose = str(target.get("department") or "")
        meant = {pk: name for pk, name in departments.items() if whose in ("", str(pk))}
        for m, step in enumerate(target["steps"]):
            lacking = [name for pk, name in meant.items() if _is_empty(_roles(step), held.get(pk, set()), has_managers)]
            if lacking:
                warned[f"targets.{n}.steps.{m}.to"] = _nobody(_roles(step), lacking)
    return warned


def _roles(step: Mapping[str, Any]) -> list[str]:
    named = [str(role) for role in step.get("to") or ()]
    return named or ([] if step.get("action") == "webhook" else ["assignee"])


def _is_empty(roles: Sequence[str], held: set[str], has_managers: bool) -> bool:
    filled = {*held, "account_manager"} if has_managers else held
    return bool(roles) and all(role in {*GIVEN, "account_manager"} and role not in filled for role in roles)


def _held(departments: Mapping[int, str]) -> dict[int, set[str]]:
    """Which given roles somebody holds over each department or one above it."""
    rows = Customer.objects.filter(pk__in=departments).values_list("pk", "path")
    over: dict[int, set[str]] = {}
    for kind, customer in Role.objects.filter(kind__in=GIVEN, person__is_active=True).values_list("kind", "customer"):
        over.setdefault(int(customer or 0), set()).add(kind)
    return {pk: set().union(*(over.get(above, set()) for above in path)) for pk, path in rows}


def _nobody(roles: Sequence[str], lacking: Sequence[str]) -> str:
    shown = ", ".join(lacking[:MOST_NAMED]) + (" …" if len(lacking) > MOST_NAMED else "")
    words = {"roles": ", ".join(str(ROLES[role]) for role in roles), "departments": shown}
    said = _(
        "Nobody is there to hear: %(roles)s (%(departments)s). "
        "It goes to the head or, without one, to the administrators."
    )
    return said % words

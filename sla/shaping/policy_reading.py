"""Reading a policy from its editor, and writing one into it: every problem at its field, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from catalog.shaping.kind import Content, DraftInvalid
from catalog.shaping.typed import Typed
from servicedesk.people.models import Customer
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.errors import SlaError
from sla.core.policy import DEFAULT_PAUSES, Metric, Policy, Target
from sla.models import Calendar
from sla.shaping.calendars import working_day
from sla.shaping.durations import duration_exactly
from sla.shaping.ladders import known_names, read_span, read_step, typed_step
from sla.shaping.refusing import core_words
from sla.shaping.wording import PRIORITIES, REASONS


def typed_policy(content: Content) -> Typed:
    days = content.get("reopen_new_after_days")
    return {
        "name": content["name"],
        "reopen_days": "" if days is None else str(days),
        "by_agent": "yes" if content.get("first_response_when_filed_by_agent") else "",
        "targets": [_typed_target(target) for target in content["targets"]],
    }


def _typed_target(target: Mapping[str, Any]) -> Typed:
    pauses = target.get("pauses_on")
    whose = target.get("department")
    return {
        "metric": target["metric"],
        "priority": target.get("priority") or "*",
        "department": "" if whose is None else str(whose),
        "duration": duration_exactly(target["seconds"]),
        "calendar": target.get("calendar") or "",
        "pauses": sorted(DEFAULT_PAUSES[Metric(target["metric"])] if pauses is None else pauses),
        "steps": [typed_step(step) for step in target.get("steps") or []],
    }


def read_policy(typed: Typed) -> Content:
    """The content of a policy, as the core reads it, with its name. Raises DraftInvalid."""
    problems: dict[str, str] = {}
    name = typed["name"].strip()
    if not name or len(name) > 100:
        problems["name"] = _("At most %(n)s characters.") % {"n": 100} if name else _("A name is needed.")
    days, known = working_days(), known_names()
    targets = [_target(row, f"targets.{n}.", days, known, problems) for n, row in enumerate(typed["targets"])]
    content: Content = {"targets": targets}
    if typed["reopen_days"].strip():
        content["reopen_new_after_days"] = _days(typed["reopen_days"].strip(), problems)
    if typed["by_agent"]:
        content["first_response_when_filed_by_agent"] = True
    if not problems:
        _ask_the_core(content, problems)
    if problems:
        raise DraftInvalid(problems=problems)
    return {"name": name, **content}


def working_days() -> dict[str, int]:
    """By the code of each published calendar, the open seconds of its longest weekday: what "1 d" means in it."""
    found = {"": 86_400}
    for calendar in Calendar.objects.filter(current__isnull=False).select_related("current"):
        assert calendar.current is not None
        found[calendar.code] = working_day(CoreCalendar.from_dict(calendar.current.definition))
    return found


def _target(
    row: Typed, path: str, days: Mapping[str, int], known: Mapping[str, str], problems: dict[str, str]
) -> Content:
    if row["calendar"] not in days:
        words = _("The calendar “%(name)s” has no published version. Publish the calendar first, then this policy.")
        problems[f"{path}calendar"] = words % {"name": row["calendar"]}
    day = days.get(row["calendar"], 86_400)
    whose = row["department"]
    if whose and not (whose.isdecimal() and len(whose) < 10 and Customer.objects.filter(pk=int(whose)).exists()):
        problems[f"{path}department"] = _("Choose one of the list.")
        whose = ""
    steps = [
        read_step(step, f"{path}steps.{n}.", day=day, known=known, problems=problems)
        for n, step in enumerate(row["steps"])
    ]
    target: Content = {
        "metric": row["metric"] or "resolution",
        "priority": row["priority"] if row["priority"] in PRIORITIES else "*",
        "department": int(whose) if whose else None,
        "seconds": read_span(row["duration"], f"{path}duration", day, problems),
        "calendar": row["calendar"] or None,
        "pauses_on": [reason for reason in row["pauses"] if reason in REASONS],
        "steps": [step for step in steps if step],
    }
    try:
        Target.from_dict(target)
    except SlaError as error:
        problems.setdefault(f"{path}{_place(error)}", core_words(error))
    return target


def _place(error: SlaError) -> str:
    """The field of a target that an error of the core speaks of."""
    places = {"policy_unknown_metric": "metric", "policy_department_not_allowed": "department"}
    return places.get(error.code, "duration" if error.code == "policy_bad_seconds" else "metric")


def _days(text: str, problems: dict[str, str]) -> int:
    if text.isdecimal() and len(text) < 6:
        return int(text)
    problems["reopen_days"] = _("A whole number of days, or nothing.")
    return 0


def _ask_the_core(content: Content, problems: dict[str, str]) -> None:
    """What only the whole can show: two targets for one metric, priority and department."""
    try:
        Policy.from_dict(content)
    except SlaError as error:
        twice = [n for n, target in enumerate(content["targets"]) if _same(target, error.details)]
        problems[f"targets.{twice[-1] if twice else 0}.metric"] = core_words(error)


def _same(target: Content, details: Mapping[str, Any]) -> bool:
    return all(target[part] == details.get(part) for part in ("metric", "priority", "department"))

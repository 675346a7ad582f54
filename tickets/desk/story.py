"""The audit log of a ticket in words, and the corridor it went: which department had it, and for how long."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.models import PlannedStage
from servicedesk.people.models import Customer, Person
from sla.models import Clock
from tickets.access import Access
from tickets.desk.breaches import CAUSES, GROUNDS
from tickets.ladder import late_words, undone_words
from tickets.models import Event
from tickets.stages import stages_to_come
from tickets.stages_ahead import Ahead
from tickets.wording import METRICS, PRIORITIES, WAITS, word

#: What is a message says itself in the conversation; the end of a stage is told by the beginning of the next.
MESSAGES = (Event.Kind.REPLIED, Event.Kind.CUSTOMER_WROTE, Event.Kind.NOTED)
MOST = 200
#: What a version can be of that is told to open tickets.
SHAPED: Mapping[str, Lazy] = {
    "policy": later("the policy"),
    "calendar": later("the calendar"),
    "agreement": later("the agreement"),
}


def _named_by(key: str, model: type[Person] | type[Customer]) -> Subquery:
    """The name of the person or department whose id stands under `key` in the event."""
    named = model.objects.filter(pk=Cast(OuterRef(f"{key}_id"), BigIntegerField()))
    return Subquery(named.values("name")[:1])


def told_events(access: Access) -> QuerySet[Event]:
    """The events of the ticket with the names of people and departments they speak of, in one statement."""
    events = Event.objects.filter(ticket=access.ticket).select_related("actor")
    events = events.annotate(assignee_id=KT("data__assignee"), department_id=KT("data__department"))
    return events.annotate(
        assignee_name=_named_by("assignee", Person), department_name=_named_by("department", Customer)
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event as it is read; `tone` is "", key or late, and names the mark on the line."""

    at: datetime
    who: str
    said: str
    icon: str
    tone: str = ""
    kind: str = ""


def told(event: Any) -> Told:
    """An event of `told_events` in words."""
    icon, tone, words = WORDS.get(event.kind, UNKNOWN)
    who = event.actor.name if event.actor else _("The desk")
    kind = Event.Kind.FILED if event.seq <= 2 else event.kind  # the first two file the ticket and begin its first stage
    return Told(at=event.at, who=who, said=words(event, event.data), icon=icon, tone=tone, kind=kind)


Words = Callable[[Any, Mapping[str, Any]], str]


def _assigned(event: Any, data: Mapping[str, Any]) -> str:
    if not event.assignee_name:
        return _("gave it to nobody")
    return _("assigned it to %(name)s") % {"name": event.assignee_name}


def _reprioritised(event: Any, data: Mapping[str, Any]) -> str:
    now, before = (word(PRIORITIES, str(data.get(key))) for key in ("priority", "instead_of"))
    return _("changed the priority from %(before)s to %(now)s") % {"before": before, "now": now}


def _retitled(event: Any, data: Mapping[str, Any]) -> str:
    return _("renamed it to “%(name)s”") % {"name": data.get("subject")}


def _merged(event: Any, data: Mapping[str, Any]) -> str:
    if data.get("side") == "source":
        return _("merged it into ticket %(number)s") % {"number": data.get("other")}
    return _("merged ticket %(number)s into it") % {"number": data.get("other")}


def _escalated(event: Any, data: Mapping[str, Any]) -> str:
    metric = word(METRICS, str(data.get("metric")))
    said = {"metric": metric, "n": len(data.get("told", ()))}
    due_at = data.get("due_at")
    is_ahead = due_at and data.get("owed_for", due_at) < due_at
    words = _("escalated “%(metric)s”, people told: %(n)s")
    if is_ahead:
        words = _("warned that “%(metric)s” is due soon, people told: %(n)s")
    called = _("called a webhook") if data.get("action") == "webhook" and not data.get("undone") else ""
    extra = filter(None, [called, late_words(data.get("late_seconds", 0))])
    return " · ".join(filter(None, [", ".join([words % said, *extra]), undone_words(data)]))


def _charged(event: Any, data: Mapping[str, Any]) -> str:
    return _("took charge of “%(metric)s”: it escalates no further") % {"metric": word(METRICS, str(data["metric"]))}


def _promised(event: Any, data: Mapping[str, Any]) -> str:
    if "of" not in data:
        return _("chose the promise anew")
    said = {"what": word(SHAPED, str(data["of"])), "code": data.get("code"), "n": data.get("version")}
    return _("let %(what)s %(code)s, version %(n)s, hold for it as well") % said


def _cause(event: Any, data: Mapping[str, Any]) -> str:
    said = {"metric": word(METRICS, str(data["metric"])), "cause": word(CAUSES, str(data["cause"]))}
    return _("said why “%(metric)s” was broken: %(cause)s") % said


def _excluded(event: Any, data: Mapping[str, Any]) -> str:
    said = {"metric": word(METRICS, str(data["metric"])), "ground": word(GROUNDS, str(data["ground"]))}
    return _("asked to exclude “%(metric)s”: %(ground)s") % said


def _decided(event: Any, data: Mapping[str, Any]) -> str:
    said = {"metric": word(METRICS, str(data["metric"]))}
    return _("excluded “%(metric)s”") % said if data["approved"] else _("declined to exclude “%(metric)s”") % said


def _taken_back(event: Any, data: Mapping[str, Any]) -> str:
    return _("took back the exclusion of “%(metric)s”") % {"metric": word(METRICS, str(data["metric"]))}


def _waiting(event: Any, data: Mapping[str, Any]) -> str:
    return _("set it to wait: %(reason)s") % {"reason": word(WAITS, str(data.get("reason")))}


def _started(event: Any, data: Mapping[str, Any]) -> str:
    return _("stage %(n)s begins: %(department)s") % {"n": data.get("stage"), "department": event.department_name}


def _finished(event: Any, data: Mapping[str, Any]) -> str:
    if data.get("outcome") == "returned":
        return _("returned it from stage %(n)s") % {"n": data.get("stage")}
    return _("handed it over from stage %(n)s") % {"n": data.get("stage")}


UNKNOWN: tuple[str, str, Words] = ("circle-dot", "", lambda event, data: str(event.kind))
WORDS: Mapping[str, tuple[str, str, Words]] = {
    Event.Kind.FILED: ("inbox", "key", lambda event, data: _("filed it")),
    Event.Kind.STAGE_STARTED: ("building-2", "key", _started),
    Event.Kind.STAGE_FINISHED: ("corner-down-right", "", _finished),
    Event.Kind.REPLIED: ("reply", "", lambda event, data: _("replied")),
    Event.Kind.CUSTOMER_WROTE: ("message-square", "", lambda event, data: _("wrote")),
    Event.Kind.NOTED: ("lock", "", lambda event, data: _("left a note")),
    Event.Kind.TAKEN: ("hand", "key", lambda event, data: _("took it")),
    Event.Kind.ASSIGNED: ("user-round", "", _assigned),
    Event.Kind.WAITING: ("circle-pause", "", _waiting),
    Event.Kind.RESUMED: ("circle-play", "", lambda event, data: _("went on with it")),
    Event.Kind.REPRIORITISED: ("signal-high", "", _reprioritised),
    Event.Kind.RETITLED: ("pencil", "", _retitled),
    Event.Kind.PROMISED: ("clock", "", _promised),
    Event.Kind.RESOLVED: ("circle-check", "key", lambda event, data: _("resolved it")),
    Event.Kind.REOPENED: ("rotate-ccw", "key", lambda event, data: _("reopened it")),
    Event.Kind.CLOSED: ("archive", "key", lambda event, data: _("closed it")),
    Event.Kind.WITHDRAWN: ("undo-2", "key", lambda event, data: _("withdrew it")),
    Event.Kind.MERGED: ("merge", "key", _merged),
    Event.Kind.UNMERGED: ("split", "", lambda event, data: _("took the merge back")),
    Event.Kind.RATED: ("star", "key", lambda event, data: _("rated it %(score)s of 5") % {"score": data.get("score")}),
    Event.Kind.ESCALATED: ("triangle-alert", "late", _escalated),
    Event.Kind.CALLED: ("megaphone", "late", lambda event, data: _("called for help")),
    Event.Kind.CHARGE_TAKEN: ("shield-check", "", _charged),
    Event.Kind.CAUSE_NAMED: ("triangle-alert", "", _cause),
    Event.Kind.EXCLUSION_ASKED: ("circle-slash", "", _excluded),
    Event.Kind.EXCLUSION_DECIDED: ("circle-slash", "", _decided),
    Event.Kind.EXCLUSION_WITHDRAWN: ("undo-2", "", _taken_back),
}


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One stage of the corridor. `spent` and `promised` are seconds of working time; None: nothing was promised."""

    number: int
    department_id: int
    department: str
    state: str = "planned"
    spent: int | None = None
    promised: int | None = None
    is_late: bool = False
    ahead: Ahead | None = None


def started_in(events: Iterable[Any]) -> list[int]:
    """The departments whose stages began, in order."""
    return [int(event.data["department"]) for event in events if event.kind == Event.Kind.STAGE_STARTED]


def corridor(
    *,
    events: Sequence[Any],
    clocks: Sequence[Clock],
    plan: Sequence[PlannedStage],
    present: int | None,
    ahead: Sequence[Ahead] = (),
) -> list[Stop]:
    """The stages as they went, in order, and after them the planned ones to come; `present`: the one worked on.

    `ahead` dates the present stage and those to come, as `stages_ahead` gives them.
    """
    by_stage = {clock.stage: clock for clock in clocks if clock.metric == "stage"}
    went: dict[int, tuple[int, str]] = {}
    for event in events:
        if event.kind == Event.Kind.STAGE_STARTED:
            went[int(event.data["stage"])] = (int(event.data["department"]), event.department_name or "")
    left, _place = stages_to_come(plan=[stage.department_id for stage in plan], started=started_in(events))
    stops = [_stop(number, *went[number], by_stage.get(str(number)), present) for number in sorted(went)]
    coming = [plan[one].department for one in left]
    stops += [Stop(number=0, department_id=department.pk, department=department.name) for department in coming]
    dates = iter(ahead)
    return [stop if stop.state == "done" else replace(stop, ahead=next(dates, None)) for stop in stops]


def _stop(number: int, department_id: int, department: str, clock: Clock | None, present: int | None) -> Stop:
    return Stop(
        number=number,
        department_id=department_id,
        department=department,
        state="live" if number == present else "done",
        spent=clock.elapsed_seconds if clock else None,
        promised=clock.target_seconds if clock else None,
        is_late=bool(clock and clock.verdict == Clock.Verdict.BREACHED),
    )

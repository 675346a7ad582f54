"""What an agent may do to a ticket now: the verbs on offer, and each as one act from what a form says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as later

from servicedesk.errors import Invalid, NotFound
from sla.core.policy import Metric
from sla.models import Clock
from sla.versions import PUBLISHED
from tickets import actions
from tickets.access import Access
from tickets.models import Ticket

Said = Mapping[str, str]
Status = Ticket.Status


class VerbUnknown(NotFound):
    code = "verb_unknown"
    sentence = "There is no such act on a ticket. Nothing was changed."


class VerbInvalid(Invalid):
    code = "verb_invalid"
    sentence = "{problem} Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Verb:
    """An act on a ticket. `at_once`: it asks for nothing, one press does it; `done` is said afterwards."""

    code: str
    name: Lazy
    icon: str
    done: Lazy
    act: Callable[[Access, Said, datetime], Ticket]
    offered: Callable[[Ticket, int], bool]
    at_once: bool = False
    is_rare: bool = False
    key: str = ""


def _wait(access: Access, said: Said, now: datetime) -> Ticket:
    if said.get("reason") not in Ticket.Waiting.values:
        raise VerbInvalid(problem="Choose whom or what the ticket waits for.")
    return actions.wait(access=access, reason=said["reason"], body=_text(said), now=now)


def _reprioritise(access: Access, said: Said, now: datetime) -> Ticket:
    """What was changed in the form is meant: a priority left as it stood gives way to another impact or urgency."""
    ticket, priority = access.ticket, said.get("priority")
    if priority not in Ticket.Priority.values:
        raise VerbInvalid(problem="Choose a priority.")
    impact, urgency = said.get("impact", ""), said.get("urgency", "")
    if impact not in ("", *Ticket.Impact.values) or urgency not in ("", *Ticket.Urgency.values):
        raise VerbInvalid(problem="Choose whom it holds up and how much it hinders.")
    is_said_anew = bool(impact or urgency) and (impact, urgency) != (ticket.impact, ticket.urgency)
    if is_said_anew:
        meant = priority if priority != ticket.priority else None
        return actions.reprioritise(access=access, priority=meant, impact=impact, urgency=urgency, now=now)
    return actions.reprioritise(access=access, priority=priority, now=now)


def _hand_over(access: Access, said: Said, now: datetime) -> Ticket:
    if not said.get("department"):
        raise VerbInvalid(problem="Choose the department that goes on with the work.")
    return actions.hand_over(access=access, department=said["department"], note=_text(said), now=now)


def _take_charge(access: Access, said: Said, now: datetime) -> Ticket:
    """`clock` names it as metric/stage/cycle."""
    metric, _slash, rest = said.get("clock", "").partition("/")
    stage, _slash, cycle = rest.partition("/")
    if not cycle.isascii() or not cycle.isdigit() or len(cycle) > 9:
        raise VerbInvalid(problem="Choose the promise you take charge of.")
    return actions.take_charge(access=access, metric=metric, stage=stage, cycle=int(cycle), now=now)


def _text(said: Said) -> str | None:
    return said.get("body", "").strip() or None


def _is_active(ticket: Ticket, viewer: int) -> bool:
    return ticket.is_active


def _always(ticket: Ticket, viewer: int) -> bool:
    return True


VERBS: Mapping[str, Verb] = {
    verb.code: verb
    for verb in (
        Verb(
            code="take",
            name=later("Take"),
            icon="hand",
            done=later("The ticket is yours."),
            act=lambda access, said, now: actions.take(access=access, now=now),
            offered=lambda ticket, viewer: ticket.is_active and ticket.assignee_id is None,
            at_once=True,
            key="t",
        ),
        Verb(
            code="resume",
            name=later("Go on"),
            icon="circle-play",
            done=later("The wait is over, the clocks go on."),
            act=lambda access, said, now: actions.resume(access=access, now=now),
            offered=lambda ticket, viewer: ticket.status == Status.WAITING,
            at_once=True,
        ),
        Verb(
            code="resolve",
            name=later("Resolve…"),
            icon="circle-check",
            done=later("The ticket is resolved."),
            act=lambda access, said, now: actions.resolve(access=access, body=_text(said), now=now),
            offered=_is_active,
            key="s",
        ),
        Verb(
            code="wait",
            name=later("Wait…"),
            icon="circle-pause",
            done=later("The ticket waits."),
            act=_wait,
            offered=_is_active,
            key="w",
        ),
        Verb(
            code="hand_over",
            name=later("Hand over…"),
            icon="corner-down-right",
            done=later("The ticket is handed over."),
            act=_hand_over,
            offered=_is_active,
            key="h",
        ),
        Verb(
            code="assign",
            name=later("Assign…"),
            icon="user-round",
            done=later("The ticket is assigned."),
            act=lambda access, said, now: actions.assign(access=access, assignee=said.get("assignee") or None, now=now),
            offered=_is_active,
            key="a",
        ),
        Verb(
            code="reprioritise",
            name=later("Priority…"),
            icon="signal-high",
            done=later("The priority is changed."),
            act=_reprioritise,
            offered=_is_active,
            key="p",
        ),
        Verb(
            code="take_charge",
            name=later("Take charge…"),
            icon="shield-check",
            done=later("You have taken charge: it escalates no further."),
            act=_take_charge,
            offered=_is_active,
            is_rare=True,
        ),
        Verb(
            code="escalate",
            name=later("Call the head…"),
            icon="megaphone",
            done=later("The head is told."),
            act=lambda access, said, now: actions.escalate_by_hand(access=access, reason=said.get("body", ""), now=now),
            offered=_is_active,
            is_rare=True,
        ),
        Verb(
            code="reopen",
            name=later("Reopen…"),
            icon="rotate-ccw",
            done=later("The ticket is open again."),
            act=lambda access, said, now: actions.reopen(access=access, body=_text(said), now=now),
            offered=lambda ticket, viewer: ticket.status in (Status.RESOLVED, Status.CLOSED),
            key="s",
        ),
        Verb(
            code="close",
            name=later("Close…"),
            icon="archive",
            done=later("The ticket is closed."),
            act=lambda access, said, now: actions.close(access=access, now=now),
            offered=lambda ticket, viewer: ticket.is_active or ticket.status == Status.RESOLVED,
            is_rare=True,
        ),
    )
}


#: Offered beside the people of a ticket, to whoever sees the provider's side of it.
BESIDE: Mapping[str, Verb] = {
    verb.code: verb
    for verb in (
        Verb(
            code="watch",
            name=later("Watch"),
            icon="eye",
            done=later("You hear of it where a step of its ladder tells whoever watches."),
            act=lambda access, said, now: actions.watch(access=access, now=now),
            offered=_always,
            at_once=True,
        ),
        Verb(
            code="unwatch",
            name=later("Watch no more"),
            icon="eye-off",
            done=later("You watch it no more."),
            act=lambda access, said, now: actions.unwatch(access=access, now=now),
            offered=_always,
            at_once=True,
        ),
    )
}


def verbs_for(access: Access) -> list[Verb]:
    """The verbs this person may use on the ticket now, in the order they are shown."""
    if not access.is_agent:
        return []
    return [verb for verb in VERBS.values() if verb.offered(access.ticket, access.viewer.id)]


def verb_called(code: str) -> Verb:
    """Raises VerbUnknown."""
    found = VERBS.get(code) or BESIDE.get(code)
    if found is None:
        raise VerbUnknown
    return found


def stage_promise(*, clocks: list[Clock], priority: str, department_id: int) -> int | None:
    """How much working time, in seconds, the ticket's policy gives this department's stage; None: it promises none."""
    named = next((clock for clock in clocks if clock.policy and clock.policy_version), None)
    if named is None:
        return None
    policy = PUBLISHED.policy(str(named.policy), int(named.policy_version or 0))
    row: Mapping[Any, Any] = policy.row(priority, department_id)
    return row[Metric.STAGE].seconds if Metric.STAGE in row else None

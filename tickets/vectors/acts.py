"""Which act of the desk says which fact of a vector, and when it says nothing else besides."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from servicedesk.clock import from_instant
from sla.core.facts import Fact, Kind, Side
from sla.models import Clock
from tickets import actions
from tickets.access import ticket_for
from tickets.actions.hand_over import stage_of
from tickets.models import Ticket
from tickets.vectors.publishing import tell_promised
from tickets.vectors.refusing import NoAct

if TYPE_CHECKING:
    from tickets.vectors.life import Life


#: Tells a fact, and the one after it where the act says both at once; returns how many it told.
Act = Callable[["Life", Fact, Fact | None], int]


def _taken(life: "Life", fact: Fact, following: Fact | None) -> int:
    access = life.seen_by("agent")
    if access.ticket.assignee_id is not None:
        raise NoAct
    actions.take(access=access, now=from_instant(fact.at))
    return 1


def _answered(life: "Life", fact: Fact, following: Fact | None) -> int:
    if not fact.human:
        raise NoAct  # this desk sends no machine's words as answers
    said = actions.reply if fact.public else actions.note
    said(access=life.seen_by("agent"), body="Words.", now=from_instant(fact.at))
    return 1


def _customer_wrote(life: "Life", fact: Fact, following: Fact | None) -> int:
    actions.reply(access=life.seen_by("asker"), body="Words.", now=from_instant(fact.at))
    return 1


def _waiting(life: "Life", fact: Fact, following: Fact | None) -> int:
    if fact.reason not in Ticket.Waiting.values:
        raise NoAct
    actions.wait(access=life.seen_by("agent"), reason=str(fact.reason), now=from_instant(fact.at))
    return 1


def _resumed(life: "Life", fact: Fact, following: Fact | None) -> int:
    actions.resume(access=life.seen_by("agent"), now=from_instant(fact.at))
    return 1


def _reprioritised(life: "Life", fact: Fact, following: Fact | None) -> int:
    access, priority = life.seen_by("agent"), life.promises.priorities.get(str(fact.priority))
    if priority is None or access.ticket.priority == priority:
        raise NoAct  # the act says nothing where nothing changes
    actions.reprioritise(access=access, priority=priority, now=from_instant(fact.at))
    return 1


def _resolved(life: "Life", fact: Fact, following: Fact | None) -> int:
    actions.resolve(access=life.seen_by("agent"), now=from_instant(fact.at))
    life.corridor.under_way.clear()
    return 1


def _closed(life: "Life", fact: Fact, following: Fact | None) -> int:
    actions.close(access=life.seen_by("agent"), now=from_instant(fact.at))
    life.corridor.under_way.clear()
    return 1


def _withdrawn(life: "Life", fact: Fact, following: Fact | None) -> int:
    actions.withdraw(access=life.seen_by("asker"), now=from_instant(fact.at))
    return 1


def _rated(life: "Life", fact: Fact, following: Fact | None) -> int:
    actions.rate(access=life.seen_by("asker"), score=fact.score or 0, now=from_instant(fact.at))
    return 1


def _charge_taken(life: "Life", fact: Fact, following: Fact | None) -> int:
    stage = life.corridor.column(fact.stage)
    named = Clock.objects.filter(journey=life.journey_id, metric=fact.metric, stage=stage)
    cycle = fact.cycle or named.order_by("cycle").values_list("cycle", flat=True).last()
    if cycle is None:
        raise NoAct
    access, now = life.seen_by("agent"), from_instant(fact.at)
    actions.take_charge(access=access, metric=str(fact.metric), stage=stage, cycle=cycle, now=now)
    return 1


def _reopened(life: "Life", fact: Fact, following: Fact | None) -> int:
    """Reopening starts the present stage again, which must be none of the vector's, or be started there as well."""
    access = life.seen_by("agent")
    stage = life.corridor.at(access.ticket)
    says_both = stage is not None and following is not None and _starts(following, stage)
    if stage is not None and not says_both:
        raise NoAct
    actions.reopen(access=access, now=from_instant(fact.at))
    if stage is not None:
        life.corridor.under_way.add(stage)
    return 2 if says_both else 1


def _starts(fact: Fact, stage: str) -> bool:
    return fact.kind is Kind.STAGE_STARTED and fact.stage == stage


def _merged(life: "Life", fact: Fact, following: Fact | None) -> int:
    now = from_instant(fact.at)
    if fact.side == Side.SOURCE:
        into = _other_ticket(life, at=now, is_unanswered=False)
        actions.merge(access=life.seen_by("agent"), into=ticket_for(life.world.agent, into), now=now)
        return 1
    since = fact.unanswered_since
    if since is not None and since > fact.at:
        raise NoAct
    source = _other_ticket(life, at=now if since is None else from_instant(since), is_unanswered=since is not None)
    actions.merge(access=ticket_for(life.world.agent, source), into=life.seen_by("agent"), now=now)
    life.merged.append(source)
    return 1


def _other_ticket(life: "Life", *, at: datetime, is_unanswered: bool) -> int:
    """File another ticket of the asker's, promised nothing: what an agent files for them is no unanswered message."""
    world = life.world
    viewer = world.asker if is_unanswered else world.agent
    asker, aside = world.asker.person.login, world.aside.slug
    other = actions.file_request(
        viewer=viewer, on_behalf_of=asker, offering=aside, subject="Another", body="The same again.", now=at
    )
    return other.number


def _unmerged(life: "Life", fact: Fact, following: Fact | None) -> int:
    number: int | None = life.number
    if fact.side == Side.TARGET:
        number = life.merged[-1] if life.merged else None
    if number is None:
        raise NoAct
    actions.unmerge(access=ticket_for(life.world.agent, number), now=from_instant(fact.at))
    if fact.side == Side.TARGET:
        life.merged.pop()
    return 1


def _stage_started(life: "Life", fact: Fact, following: Fact | None) -> int:
    """Handed over from a stage that is none of the vector's under way; the same stage again is not handed over."""
    access = life.seen_by("agent")
    if life.corridor.at(access.ticket) in life.corridor.under_way:
        raise NoAct
    return _handed_over(life, fact, told=1)


def _stage_finished(life: "Life", fact: Fact, following: Fact | None) -> int:
    """Work handed over ends one stage and begins the next; alone it goes back to the desk that was asked."""
    access = life.seen_by("agent")
    if fact.outcome == "finished" or life.corridor.at(access.ticket) != fact.stage:
        raise NoAct  # no act finishes a stage without resolving the ticket
    if following is not None and following.kind is Kind.STAGE_STARTED:
        told = _handed_over(life, following, told=2)
    else:
        desk = life.world.desk.code
        actions.hand_over(access=access, department=desk, now=from_instant(fact.at))
        told = 1
    life.corridor.under_way.discard(str(fact.stage))
    return told


def _handed_over(life: "Life", started: Fact, *, told: int) -> int:
    access, stage = life.seen_by("agent"), str(started.stage)
    receiver = life.promises.departments[life.promises.name_of(started.department)]
    number, _returned = stage_of(access.ticket, receiver=receiver)
    if life.corridor.numbers.get(stage, number) != number or not life.corridor.is_free(number, stage):
        raise NoAct
    if access.ticket.department_id == receiver.pk:
        raise NoAct
    actions.hand_over(access=access, department=receiver.code, now=from_instant(started.at))
    life.corridor.begin(stage, number)
    return told


#: Updates that answer nothing and whoever holds the ticket are told by no act.
ACTS: dict[Kind, Act] = {
    Kind.TAKEN: _taken,
    Kind.ANSWERED: _answered,
    Kind.CUSTOMER_WROTE: _customer_wrote,
    Kind.WAITING: _waiting,
    Kind.RESUMED: _resumed,
    Kind.STAGE_STARTED: _stage_started,
    Kind.STAGE_FINISHED: _stage_finished,
    Kind.REPRIORITISED: _reprioritised,
    Kind.PROMISED: tell_promised,
    Kind.CHARGE_TAKEN: _charge_taken,
    Kind.RESOLVED: _resolved,
    Kind.REOPENED: _reopened,
    Kind.WITHDRAWN: _withdrawn,
    Kind.CLOSED: _closed,
    Kind.MERGED: _merged,
    Kind.UNMERGED: _unmerged,
    Kind.RATED: _rated,
}

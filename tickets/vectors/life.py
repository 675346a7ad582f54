"""One vector lived by one ticket: each fact told by the act that says it, the worker sweeping in between."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from servicedesk.clock import from_instant
from servicedesk.errors import Conflict, Refused
from servicedesk.transaction import in_one_transaction
from sla.core import facts as core
from sla.core.facts import Kind, Side
from sla.models import Fact, Journey
from sla.observe import observe
from sla.sweep import sweep
from tickets.access import Access, ticket_for
from tickets.actions import file_request
from tickets.models import Ticket
from tickets.vectors.acts import ACTS
from tickets.vectors.corridor import Corridor
from tickets.vectors.promises import Promises
from tickets.vectors.refusing import NoAct, Unsayable
from tickets.vectors.world import World

SECOND = timedelta(seconds=1)
PLAIN = (
    "by_agent", "human", "public", "reason", "outcome", "policy", "policy_version", "side", "score", "metric", "cycle",
)  # fmt: skip


class Life:
    """The ticket of one vector. `acts` counts the facts told by acts, by kind; `door` those only `observe` was told.

    At the door stand whoever publishes, machines that answer, and what vectors tell although the acts forbid it.
    """

    def __init__(self, world: World, promises: Promises) -> None:
        self.world, self.promises, self.corridor = world, promises, Corridor()
        self.acts: Counter[str] = Counter()
        self.door: Counter[str] = Counter()
        #: Numbers of the tickets merged into this one; None for a merge told at the door.
        self.merged: list[int | None] = []
        self.number = self.journey_id = 0

    def live(self, facts: Sequence[core.Fact], *, as_of: datetime) -> Journey:
        """Tell `facts` at their instants, the filing first, and let the worker sweep up to and including `as_of`.

        Raises Unsayable for what is not filed first.
        """
        if not facts or facts[0].kind is not Kind.FILED:
            raise Unsayable("a ticket that is not filed first")
        self._file(facts[0])
        told = 1
        while told < len(facts):
            self._work_until(from_instant(facts[told].at))
            told += self._tell(*facts[told : told + 2])
        self._work_until(as_of + SECOND)
        return Journey.objects.get(pk=self.journey_id)

    def seen_by(self, name: str) -> Access:
        """The ticket as the `agent` or the `asker` sees it now."""
        return ticket_for(self.world.agent if name == "agent" else self.world.asker, self.number)

    def _file(self, fact: core.Fact) -> None:
        self.promises.publish_for(fact)
        world, priorities = self.world, self.promises.priorities
        ticket = file_request(
            viewer=world.agent if fact.by_agent else world.asker,
            on_behalf_of=world.asker.person.login,
            offering=world.asked.slug,
            subject="A vector",
            body="It is told as it happens.",
            priority=priorities[fact.priority] if fact.priority else Ticket.Priority.NORMAL,
            now=from_instant(fact.at),
        )
        self.number, self.journey_id = ticket.number, ticket.journey_id
        self.acts[fact.kind] += 1
        self.promises.publish_rest()
        if calendars := self.promises.left_unnamed(fact):
            self._tell_at_the_door(core.Fact(seq=0, at=fact.at, kind=Kind.PROMISED, calendars=calendars))

    def _work_until(self, moment: datetime) -> None:
        """Sweep as a worker that never sleeps: what is due, each time in the second after it."""
        last = None
        while True:
            due = Journey.objects.values_list("next_step_at", flat=True).get(pk=self.journey_id)
            if due is None or due >= moment or due == last:
                break
            sweep(now=due + SECOND)
            last = due
        sweep(now=moment)

    def _tell(self, fact: core.Fact, following: core.Fact | None = None) -> int:
        """Tell the fact, and with it the following one where one act says both; returns how many were told."""
        at_once = following if following is not None and following.at == fact.at else None
        try:
            if fact.kind not in ACTS:
                raise NoAct
            told = ACTS[fact.kind](self, fact, at_once)
        except (NoAct, Refused, Conflict):
            self._tell_at_the_door(fact)
            return 1
        self.acts[fact.kind] += 1
        if told == 2 and at_once is not None:
            self.acts[at_once.kind] += 1
        return told

    @in_one_transaction
    def _tell_at_the_door(self, fact: core.Fact) -> None:
        observe(journey_id=self.journey_id, facts=[self._row(fact)], now=from_instant(fact.at))
        self.door[fact.kind] += 1
        self._follow(fact)

    def _row(self, fact: core.Fact) -> Fact:
        """The unsaved row that says what a fact of the vector says."""
        since, agreement = fact.unanswered_since, self.promises.agreement
        starts = fact.kind is Kind.STAGE_STARTED and fact.stage
        stage = (
            self.corridor.begin_at_the_door(fact.stage) if starts and fact.stage else self.corridor.column(fact.stage)
        )
        return Fact(
            kind=str(fact.kind),
            priority=self.promises.priorities.get(fact.priority, fact.priority) if fact.priority else None,
            stage=stage or None,
            department_id=self.promises.departments[self.promises.name_of(fact.department)].pk if starts else None,
            names_promise=fact.promise_named,
            agreement_id=agreement.pk if agreement is not None and fact.policy else None,
            calendars={name: f"{name}@{version}" for name, version in fact.calendars.items()},
            unanswered_since=None if since is None else from_instant(since),
            **{name: getattr(fact, name) for name in PLAIN},
        )

    def _follow(self, fact: core.Fact) -> None:
        """Let ticket and corridor go along with what no act has done to them."""
        mine = Ticket.objects.filter(number=self.number)
        if fact.kind is Kind.REOPENED:
            mine.filter(status__in=("resolved", "closed")).update(status="open", resolved_at=None, closed_at=None)
        elif fact.kind is Kind.STAGE_FINISHED:
            self.corridor.under_way.discard(fact.stage or "")
        elif fact.kind is Kind.MERGED and fact.side == Side.TARGET:
            self.merged.append(None)
        elif fact.kind is Kind.UNMERGED and fact.side == Side.TARGET and self.merged:
            self.merged.pop()
        elif fact.kind is Kind.UNMERGED and fact.side == Side.SOURCE:
            mine.filter(status="merged").update(status="open", waiting_for="", merged_into=None)

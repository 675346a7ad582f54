"""The worker: a pulse that finds what is due, and threads that do it.

Each second every worker's pulse sweeps the promises that came due, claims owed rows and hands their ids to Dramatiq.
There is no leader: two pulses cannot claim one row, and a frozen one blocks nobody.
"""

import logging
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any

import django
from django.apps import apps
from django.db import Error, connection
from django.utils.module_loading import import_string

from servicedesk import env, owed
from servicedesk.clock import database_now
from servicedesk.crash import crash
from servicedesk.sessions import begin_sessions_with

if TYPE_CHECKING:
    import dramatiq

log = logging.getLogger(__name__)

PULSE = 1.0  # seconds between two looks while nothing is due
BUSY = 0.02  # seconds between two looks while work waits
BATCH = 200  # rows claimed at once
GRACE = 8000  # milliseconds for work under way when the worker is asked to end
SWEEP = "sla.sweep.sweep"
MAIL_SERVER = "servicedesk.mail_settings.outgoing"
MAILBOX = "servicedesk.mail_settings.incoming"

# A frozen or cut-off worker must not hold locks or wait for ever; the server ends its session. What a crash of the
# server takes back of sweeps and steps is done again; mail switches back to commits that are on disk (docs/decisions).
SESSION = (
    "-c idle_in_transaction_session_timeout=15s -c lock_timeout=5s -c statement_timeout=30s -c synchronous_commit=off"
)


@dataclass(frozen=True)
class Line:
    """One kind of owed work: its rows, who does it in how many threads, and what it cannot do without.

    `needs` names a function; while that gives nothing, the rows wait untouched. It is asked at every beat, because
    an administrator may give a mail server at any time. `opening` is called at the first beat. Work that
    `is_steady` comes round by itself, so the pulse need not hurry for it.
    """

    model: str
    actor: str
    threads: int
    needs: str = ""
    opening: str = ""
    is_steady: bool = False

    @property
    def rows(self) -> type[owed.Owed]:
        found = apps.get_model(self.model)
        assert issubclass(found, owed.Owed)
        return found

    @property
    def is_possible(self) -> bool:
        return not self.needs or bool(import_string(self.needs)())


#: Steps are performed by one thread, in due order. Mail has threads of its own, so a slow server delays no step.
LINES = (
    Line(model="sla.Escalation", actor="tickets.tasks.escalate", threads=1),
    Line(model="tickets.Notification", actor="tickets.tasks.send", threads=4, needs=MAIL_SERVER),
    Line(model="tickets.WebhookMessage", actor="tickets.tasks.call", threads=2),
    Line(model="people.Invitation", actor="tickets.tasks.invite", threads=1, needs=MAIL_SERVER),
    Line(model="tickets.InboundMail", actor="tickets.tasks.receive", threads=2),
    Line(
        model="tickets.Inbox",
        actor="tickets.tasks.fetch",
        threads=1,
        needs=MAILBOX,
        opening="tickets.channels.mail.fetch.open_inbox",
        is_steady=True,
    ),
    Line(
        model="tickets.SurveyRound",
        actor="tickets.tasks.survey",
        threads=1,
        opening="tickets.customer_survey.rounds.plan_round",
    ),
    Line(model="tickets.SurveyLetter", actor="tickets.tasks.ask", threads=1, needs=MAIL_SERVER),
    Line(model="sla.ReviewLetter", actor="tickets.tasks.tell_review", threads=1, needs=MAIL_SERVER),
    Line(model="sla.Retelling", actor="tickets.tasks.retell", threads=1),
    Line(model="sla.Replay", actor="tickets.tasks.replay", threads=1),
)


class Pulse:
    """One worker's heartbeat: sweep, claim, hand out. `beat` says whether there may be more to do at once."""

    def __init__(self, broker: "dramatiq.Broker") -> None:
        self.broker = broker
        self.sweep: Callable[..., Any] = import_string(SWEEP)
        self.lines = [(line, import_string(line.actor)) for line in LINES]
        self.openings = [line.opening for line in LINES if line.opening]

    def beat(self) -> bool:
        now = database_now()
        while self.openings:
            import_string(self.openings[-1])(now=now)
            self.openings.pop()
        swept = self.sweep(now=now)
        handed = [
            self.hand_out(line, actor, now, swept.complete_until) and not line.is_steady for line, actor in self.lines
        ]
        return swept.is_cut_short or any(handed) or self.is_busy()

    def hand_out(self, line: Line, actor: "dramatiq.Actor[..., None]", now: datetime, until: datetime) -> int:
        """Claim what is due and send the wake-ups; returns how many."""
        room = self.room(actor.queue_name)
        if not room or not line.is_possible:
            return 0
        claimed = owed.claim(model=line.rows, now=now, limit=min(room, BATCH), until=until)
        if not claimed:
            return 0
        crash("pulse:claimed")
        for place, one in enumerate(claimed):
            try:
                actor.send(one.pk, one.claim)
            except Exception:
                owed.release(model=line.rows, claimed=claimed[place:])
                raise
        crash("pulse:handed-out")
        return len(claimed)

    def room(self, queue: str) -> int:
        """How many wake-ups the broker takes now; one on another machine takes them all."""
        measure = getattr(self.broker, "room", None)
        return BATCH if measure is None else int(measure(queue))

    def is_busy(self) -> bool:
        return any(self.room(actor.queue_name) < BATCH for line, actor in self.lines if not line.is_steady)


def main() -> None:
    """Work until SIGTERM or Ctrl-C; what is under way is finished first."""
    prepare()
    from dramatiq import Worker

    from servicedesk.broker import broker

    asked_to_end = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _note(asked_to_end))
    pulse = Pulse(broker)
    workers = [Worker(broker, queues={actor.queue_name}, worker_threads=line.threads) for line, actor in pulse.lines]
    for worker in workers:
        worker.start()
    log.info("worker %s started", os.getpid())
    try:
        live(pulse, asked_to_end)
    finally:
        with ThreadPoolExecutor(len(workers)) as together:  # each takes its second to notice, so all at once
            list(together.map(lambda worker: worker.stop(timeout=GRACE), workers))
        log.info("worker %s ended", os.getpid())


def prepare() -> None:
    """Logging, sessions that cannot hang, and Django; before the first connection is made."""
    logging.basicConfig(level=env.word("LOG_LEVEL").upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("dramatiq").setLevel(logging.WARNING)
    logging.getLogger("dramatiq.broker").setLevel(logging.ERROR)  # it wonders at more than one line
    django.setup()
    begin_sessions_with(SESSION)


def live(pulse: Pulse, asked_to_end: Event) -> None:
    """Beat until asked to end, or until the process that watches over this one is gone."""
    parent = os.getppid()
    while not asked_to_end.is_set() and os.getppid() == parent:
        asked_to_end.wait(BUSY if _beat(pulse) else PULSE)


def _beat(pulse: Pulse) -> bool:
    """One beat. Nothing that goes wrong in it ends the worker: the next beat looks again, on a new connection."""
    try:
        return pulse.beat()
    except Error as error:
        log.warning("the database did not answer the pulse: %s", error)
        connection.close()
    except Exception:
        log.exception("a pulse failed")
    return False


def _note(event: Event) -> Callable[[int, FrameType | None], None]:
    return lambda _number, _frame: event.set()


def backlogs(now: datetime) -> dict[str, owed.Backlog]:
    """What is overdue and what is parked of each kind of owed work, by model name."""
    return {line.model: owed.backlog(model=line.rows, now=now) for line in LINES}

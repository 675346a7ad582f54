"""What a worker does, in the test's own thread: sweep, claim, attempt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk import owed
from servicedesk.attempt import attempt
from servicedesk.clock import database_now
from sla.models import Escalation
from sla.sweep import Swept, sweep
from tests.cast import Cast
from tickets.actions import escalate
from tickets.channels.mail.send import send_notification
from tickets.channels.webhook import call_webhook
from tickets.models import Event, Notification, Ticket, WebhookMessage

SECOND = timedelta(seconds=1)
LONG = timedelta(minutes=10)  # longer than any lease or pause
WORK = {Escalation: escalate, Notification: send_notification, WebhookMessage: call_webhook}


@dataclass
class WorkingDesk:
    cast: Cast
    move: Callable[[datetime], None]

    def at(self, moment: datetime) -> "WorkingDesk":
        """It is `moment` now."""
        self.move(moment)
        return self

    def after(self, **span: float) -> "WorkingDesk":
        """So much time has passed since the ticket was filed at `cast.now`."""
        return self.at(self.cast.now + timedelta(**span))

    def passes(self, span: timedelta) -> None:
        self.move(database_now() + span)

    def sweep(self) -> Swept:
        return sweep(now=database_now())

    def claim(self, model: type[owed.Owed]) -> list[owed.Claimed]:
        return owed.claim(model=model, now=database_now(), limit=1000)

    def attempt(self, model: type[owed.Owed]) -> int:
        """One attempt at everything of this kind that can be claimed now; returns how many there were."""
        claimed = self.claim(model)
        for one in claimed:
            attempt(model=model, pk=one.pk, claim=one.claim, work=WORK[model])
        return len(claimed)

    def escalate(self) -> None:
        """Sweep, and perform what came due."""
        self.sweep()
        self.attempt(Escalation)

    def told(self, ticket: Ticket) -> list[str]:
        """The logins of whom an escalation of this ticket told, in order."""
        owed_mails = Notification.objects.filter(ticket=ticket, kind=Event.Kind.ESCALATED).order_by("pk")
        return list(owed_mails.values_list("person__login", flat=True))

    def promise(self, *targets: dict[str, object]) -> None:
        """From now on tickets are promised these targets."""
        from sla.publishing import publish_policy

        publish_policy(policy=self.cast.policy, definition={"targets": list(targets)}, now=self.cast.now)

import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.clock import database_now
from tickets.models import Message, Ticket
from tickets.populate.populate import OtherTickets, populate
from tickets.populate.proportions import measure_proportions


def positive(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 10_000_000:
        raise ArgumentTypeError("a whole number from 1 to 10,000,000")
    return int(text)


class Command(BaseCommand):
    help = (
        "Fill an empty desk with a large history of the last four years, consistent in every rule: the same number, "
        "seed and moment make the same tickets. Interrupted, the same command goes on where it stopped; a database "
        "that holds any other tickets is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=positive, required=True)
        parser.add_argument("--seed", type=positive, default=1)

    def handle(self, *, tickets: int, seed: int, **options: Any) -> None:
        self._said = -1
        try:
            written = populate(
                tickets=tickets, seed=seed, now=database_now(), report=lambda done: self._progress(done, tickets)
            )
        except OtherTickets as error:
            raise CommandError(str(error)) from None
        if not written:
            self.stdout.write("All these tickets are here already; nothing was written.")
        self.stdout.write(f"{'share of tickets':<20}{'log':>8}{'here':>8}")
        for share in measure_proportions():
            log = f"{share.log:.1%}" if share.log is not None else "-"
            self.stdout.write(f"{share.name:<20}{log:>8}{share.here:>8.1%}")
        self.stdout.write(f"tickets {Ticket.objects.count()}")
        self.stdout.write(f"messages {Message.objects.count()}")

    def _progress(self, done: int, total: int) -> None:
        """A bar on a terminal; elsewhere a line every five percent."""
        percent = done * 100 // total
        if sys.stderr.isatty():
            bar = "█" * (percent // 4)
            self.stderr.write(f"\r{bar:<25} {done:,} of {total:,}", ending="\n" if done == total else "")
        elif percent // 5 > self._said:
            self._said = percent // 5
            self.stderr.write(f"· {done:,} of {total:,} tickets")

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.clock import database_now
from servicedesk.people.demo_sign_ins import LOGINS, PASSWORD, demo_is_open
from servicedesk.people.models import Desk
from tickets.demo.load import NotEmpty, is_empty, load_demo, prepare_demo
from tickets.management.commands.populate import positive


class Command(BaseCommand):
    help = (
        "Load the demonstration company into an empty desk: a wholesaler with its clients, services and promises, and "
        "half a year of tickets that ends now. Interrupted, the same command goes on where it stopped; loaded before, "
        "it writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="say nothing where the desk holds anything else")
        parser.add_argument("--without-tickets", action="store_true", help="only who is there and what they promise")
        parser.add_argument("--tickets", type=positive, default=1500)
        parser.add_argument("--seed", type=positive, default=1)

    def handle(self, *, if_empty: bool, without_tickets: bool, tickets: int, seed: int, **options: Any) -> None:
        if if_empty and not Desk.objects.filter(is_demo=True).exists() and not is_empty():
            return
        try:
            desk = prepare_demo(tickets=tickets, now=database_now())
        except NotEmpty as error:
            raise CommandError(str(error)) from None
        if without_tickets:
            return
        if demo_is_open():
            self._say(f"sign in as {', '.join(LOGINS)}; the password is “{PASSWORD}”")
        if desk.demo_done < desk.demo_total:
            self._load(seed)

    def _load(self, seed: int) -> None:
        self._said = 0
        os.nice(5)  # whoever looks at the desk meanwhile comes first
        load_demo(seed=seed, now=database_now(), report=self._progress)
        self._say("the demonstration company is complete")

    def _progress(self, done: int, total: int) -> None:
        """A bar on a terminal; elsewhere a line every fifth."""
        if sys.stdout.isatty():
            bar = "█" * (25 * done // total)
            self.stdout.write(f"\r· {bar:<25} {done:,} of {total:,} tickets", ending="\n" if done == total else "")
        elif 5 * done // total > self._said:
            self._said = 5 * done // total
            self._say(f"the demonstration company is being loaded: {done:,} of {total:,} tickets")

    def _say(self, words: str) -> None:
        self.stdout.write(f"· {words}")
        self.stdout.flush()

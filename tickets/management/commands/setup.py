"""`setup`: the first day of a real, empty desk: its address and key, or everything at once without questions."""

import sys
from argparse import ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.invitations import invite, link_of
from servicedesk.people.models import Desk, Invitation, Person, Role, Roster
from servicedesk.people.opening import (
    OpeningInvalid,
    forget_secret,
    has_administrator,
    is_open,
    make_administrator,
    name_company,
    setup_secret,
)
from servicedesk.people.roster.apply import apply_roster
from servicedesk.people.roster.plan import keep_roster, plan_roster
from servicedesk.people.roster.planned import ADD, BAD, CHANGE, SAME, Plan
from servicedesk.people.roster.wording import reason_words
from sla.first_promises import open_desk

COMPANY = ("company", "zone", "language")
ADMINISTRATOR = ("admin_name", "admin_login", "admin_email")
FILES = ("departments", "people", "clients")


def existing_file(said: str) -> Path:
    path = Path(said)
    if not path.is_file():
        raise ArgumentTypeError(f"there is no file {said}")
    return path


class Command(BaseCommand):
    help = "First day of a real, empty desk: prints the address and key of its setup page, or does it by options."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", help="name of the company")
        parser.add_argument("--zone", help="its time zone, such as Europe/Moscow")
        parser.add_argument("--language", choices=["ru", "en"], help="of mails and new people")
        parser.add_argument("--admin-name", help="first and last name of the administrator")
        parser.add_argument("--admin-login")
        parser.add_argument("--admin-email")
        without = "read the administrator's password from stdin; without it a link to choose one is printed"
        parser.add_argument("--password-stdin", action="store_true", help=without)
        for kind in FILES:
            parser.add_argument(f"--{kind}", type=existing_file, metavar="CSV", help=f"a file of {kind}")
        parser.add_argument("--preview", action="store_true", help="say what the files would do, and write nothing")
        parser.add_argument("--open", action="store_true", help="open the desk when all is done")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            try:
                self.carry_out(options, database_now())
            except OpeningInvalid as refused:
                words = [
                    f"{field}: {sentence}" for field, many in refused.values["fields"].items() for sentence in many
                ]
                raise CommandError("\n".join(words)) from refused
            except DeskError as refused:
                raise CommandError(str(refused)) from refused

    def carry_out(self, options: dict[str, Any], now: datetime) -> None:
        files = {kind: options[kind] for kind in FILES if options[kind]}
        asked = any(options[name] for name in (*COMPANY, *ADMINISTRATOR)) or options["open"] or files
        if not asked:
            self.tell_address()
            return
        if any(options[name] for name in COMPANY):
            self.name(options)
        if any(options[name] for name in ADMINISTRATOR):
            self.administer(options, now)
        for kind, path in files.items():
            self.bring(Roster.Kind(kind), path, is_preview=options["preview"], now=now)
        if options["open"] and not options["preview"]:
            self.open(now)

    def tell_address(self) -> None:
        if is_open():
            self.stdout.write("This desk is open already. Files: --departments, --people, --clients, with --preview.")
        elif has_administrator():
            self.stdout.write(f"Sign in as an administrator and go on: {settings.PUBLIC_URL}/setup/")
        else:
            self.stdout.write(f"Set the desk up here, once: {settings.PUBLIC_URL}/setup/?secret={setup_secret()}")

    def name(self, options: dict[str, Any]) -> None:
        self.demand_first_day(options["preview"])
        desk = Desk.objects.first() or Desk(time_zone=settings.TIME_ZONE)
        said = {"name": options["company"] or desk.name, "zone": options["zone"] or desk.time_zone}
        name_company(**said, language=options["language"] or desk.language)
        self.stdout.write(f"company: {said['name']}")

    def administer(self, options: dict[str, Any], now: datetime) -> None:
        self.demand_first_day(options["preview"])
        if not Desk.objects.exists():
            raise CommandError("Name the company first: --company, --zone, --language.")
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
        named = {name.removeprefix("admin_"): options[name] or "" for name in ADMINISTRATOR}
        person = make_administrator(**named, password=password, now=now)
        forget_secret()
        self.stdout.write(f"administrator: {person.login}")
        if password is None:
            invite(people=[person], by=None, now=now)
            link = link_of(Invitation.objects.get(person=person, revoked_at=None))
            self.stdout.write(f"They choose their password here, once, within seven days: {link}")

    def demand_first_day(self, is_preview: bool) -> None:
        if is_preview:
            raise CommandError("--preview is for files: take the other options away.")
        if is_open():
            raise CommandError("This desk is open already. Nothing was changed.")

    def bring(self, kind: Roster.Kind, path: Path, *, is_preview: bool, now: datetime) -> None:
        by = administrator()
        roster = keep_roster(kind=kind, file_name=path.name, content=path.read_bytes(), by=by, now=now)
        plan = plan_roster(roster=roster, by=by)
        if is_preview:
            roster.delete()
        else:
            apply_roster(roster=roster, fingerprint=plan.fingerprint, by=by, now=now)
        self.report(kind, plan)

    def report(self, kind: str, plan: Plan) -> None:
        for row in plan.of(BAD):
            if row.reason:
                self.stdout.write(f"line {row.line}: {reason_words(row.reason)}")
        counts = {"add": ADD, "change": CHANGE, "same": SAME, "bad": BAD}
        said = [f"{name} {len(plan.of(state))}" for name, state in counts.items()]
        self.stdout.write(f"{kind}: {', '.join(said)}, left {len(plan.left)}")

    def open(self, now: datetime) -> None:
        by = administrator()
        if by is None:
            raise CommandError("There is no administrator yet: --admin-name, --admin-login, --admin-email.")
        open_desk(by=by, clients_ask=None, now=now)
        self.stdout.write(f"The desk is open: {settings.PUBLIC_URL}/")


def administrator() -> Person | None:
    """Who stands for whoever sits at the command line: the first administrator."""
    held = Role.objects.filter(kind=Role.Kind.ADMINISTRATOR, person__is_active=True).order_by("pk")
    first = held.select_related("person").first()
    return first.person if first else None

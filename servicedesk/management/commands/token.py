"""`token LOGIN`: a key to the API, printed once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicedesk.clock import database_now
from servicedesk.people.models import Person
from servicedesk.people.tokens import SCOPES, issue_token


class Command(BaseCommand):
    help = "Print an API token of this person. It is shown once and cannot be read again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="whose token it is; the token may do what this person may do")
        parser.add_argument("--scopes", nargs="+", choices=SCOPES, default=list(SCOPES), help="what it may be used for")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(login__iexact=options["login"], is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active person with the login {options['login']}. No token was made.")
        self.stdout.write(issue_token(person=person, now=database_now(), scopes=options["scopes"]))

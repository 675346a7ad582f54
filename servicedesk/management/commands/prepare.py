import time
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from psycopg2.errors import LockNotAvailable

from servicedesk.people.opening import prepare_first_day

MIGRATION_LOCK = 0x5E4_1CE  # any number, the same in every process
LOCK_TIMEOUT = "3s"  # a migration that waits for a lock makes everybody behind it wait too
ATTEMPTS, PAUSE = 5, 1.0


class Command(BaseCommand):
    help = "Bring the tables up to date, one process at a time, never waiting long for a lock held by live work."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            cursor.execute("SET lock_timeout = %s", [LOCK_TIMEOUT])
        migrate()
        if "demo" in get_commands() and not options["no_demo"]:
            call_command("demo", "--if-empty", "--without-tickets")
        prepare_first_day()


def migrate() -> None:
    """Apply what is missing; raises CommandError when live work holds a table through every attempt."""
    for _ in range(ATTEMPTS):
        try:
            call_command("migrate", interactive=False, verbosity=0)
            return
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            time.sleep(PAUSE)
    raise CommandError("Live work holds a table that must change. What was applied stays; try again when it is quiet.")

from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

MIGRATION_LOCK = 0x5E4_1CE  # any number, the same in every process


class Command(BaseCommand):
    help = "Bring the tables up to date, one process at a time, never waiting long for a lock held by live work."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            cursor.execute("SET lock_timeout = '3s'")
        call_command("migrate", interactive=False, verbosity=options["verbosity"] and 0)
        if "demo" in get_commands() and not options["no_demo"]:
            call_command("demo", "--if-empty")

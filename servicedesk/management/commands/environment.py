from typing import Any

from django.core.management.base import BaseCommand

from servicedesk import env


class Command(BaseCommand):
    help = "Print the table of environment variables."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(env.table())

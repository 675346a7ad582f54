from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "The worker alone: sweeps promises and does what is owed."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        from servicedesk import worker

        worker.main()

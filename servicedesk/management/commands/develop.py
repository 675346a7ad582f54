from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Install the developers' tools into .venv (manage.py has done so by the time this runs)."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("The developers' tools are in .venv/bin.")

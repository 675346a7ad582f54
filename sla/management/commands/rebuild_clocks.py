"""`rebuild_clocks [--check]`: fold every journey anew and tell each difference to what is stored."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sla.rebuilding import check_all, mend


class Command(BaseCommand):
    help = "Fold every journey from its facts and print each difference to what is stored; --check writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 on any difference, or on none checked"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        checked = different = 0
        for batch in check_all():
            checked += len(batch)
            for rebuilt in batch:
                differences = list(rebuilt.differences())
                for number, clock, column, stored, computed in differences:
                    self.stdout.write(f"{number} {clock or 'journey'} {column}: stored {stored}, computed {computed}")
                different += bool(differences)
                if differences and not check:
                    mend(journey_id=rebuilt.journey.pk)
        self.stdout.write(f"checked {checked}")
        if check and (different or not checked):
            raise CommandError(f"{different} of {checked} journeys differ from their facts", returncode=1)

"""`check_invariants`: what must hold between any two transactions, looked for in the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from sla.rebuilding import as_of_one_instant
from tickets.invariants import check_invariants


class Command(BaseCommand):
    help = "Check the invariants that SQL can check, a line each; exit 1 on any violation, or when nothing was checked."

    def handle(self, *args: Any, **options: Any) -> None:
        looked_at = violations = 0
        with transaction.atomic():
            as_of_one_instant()  # so that a desk at work shows no false ones
            for invariant, rows, broken in check_invariants():
                self.stdout.write(f"{invariant.number} {invariant.name}: rows looked at {rows}, violations {broken}")
                looked_at, violations = looked_at + rows, violations + broken
        self.stdout.write(f"checked {looked_at}")
        if violations or not looked_at:
            raise CommandError(f"{violations} violations", returncode=1)

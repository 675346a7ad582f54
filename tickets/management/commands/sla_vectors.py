"""`manage.py sla_vectors FILE … [--through-database]`: does the desk keep every acceptance vector?"""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sla.core.vectors import Record, Result, check
from tickets.vectors.run import Told, check_through_database, vector_database


class Command(BaseCommand):
    help = (
        "Check SLA acceptance vectors and journeys, by the pure core or by tickets in a throw-away database of the "
        "server; exit 1 if any fails or none was checked."
    )
    requires_system_checks: list[str] = []  # the core needs neither database nor site

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a JSON list of vectors or journeys")
        parser.add_argument(
            "--through-database",
            action="store_true",
            help="let a ticket live each lifecycle and journey, through the real acts, and compare its rows",
        )

    def handle(self, *, files: list[Path], through_database: bool, **options: Any) -> None:
        records = [record for path in files for record in _read_records(path)]
        if not through_database:
            self._report(check(records))
            return
        told = Told()
        with vector_database():
            self._report(check_through_database(records, told=told), told)

    def _report(self, results: Iterable[Result], told: Told | None = None) -> None:
        """Print each difference as it is found, then what was skipped and told how, and last the sum."""
        tally: Counter[str] = Counter()
        skipped: Counter[str] = Counter()
        for result in results:
            if result.skipped is not None:
                skipped[result.skipped] += 1
                continue
            tally["failed" if result.differences else "passed"] += 1
            for difference in result.differences:
                self.stdout.write(f"FAILED {result.identifier}: {difference}")
        for name, count in sorted(skipped.items()):
            self.stdout.write(f"skipped {count}: {name}")
        if told is not None:
            self.stdout.write(f"told by acts {told.acts.total()}: {_listed(told.acts)}")
            self.stdout.write(f"told at the door, where no act says it, {told.door.total()}: {_listed(told.door)}")
        self.stdout.write(f"{tally['passed']} passed, {tally['failed']} failed")
        if tally["failed"] or not tally["passed"]:
            raise SystemExit(1)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())) or "nothing"


def _read_records(path: Path) -> list[Record]:
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise CommandError(f"{path} is not a JSON list of vectors.")
    return records

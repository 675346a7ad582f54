"""`manage.py sla_vectors FILE …`: does the core keep every acceptance vector?"""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sla.core.vectors import Record, Result, check


class Command(BaseCommand):
    help = "Check SLA acceptance vectors and journeys; exit 1 if any fails or none was checked."
    requires_system_checks: list[str] = []  # the core needs neither database nor site

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a JSON list of vectors or journeys")

    def handle(self, *, files: list[Path], **options: Any) -> None:
        tally: Counter[str] = Counter()
        skipped: Counter[str] = Counter()
        for path in files:
            for result in check(_read_records(path)):
                self._report(result, tally, skipped)
        for name, count in sorted(skipped.items()):
            self.stdout.write(f"skipped {count}: {name}")
        self.stdout.write(f"{tally['passed']} passed, {tally['failed']} failed")
        if tally["failed"] or not tally["passed"]:
            raise SystemExit(1)

    def _report(self, result: Result, tally: Counter[str], skipped: Counter[str]) -> None:
        if result.skipped is not None:
            skipped[result.skipped] += 1
            return
        tally["failed" if result.differences else "passed"] += 1
        for difference in result.differences:
            self.stdout.write(f"FAILED {result.identifier}: {difference}")


def _read_records(path: Path) -> list[Record]:
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise CommandError(f"{path} is not a JSON list of vectors.")
    return records

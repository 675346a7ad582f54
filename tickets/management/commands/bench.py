import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets.bench.run import NAMES, BenchUnknown, run_benchmarks
from tickets.management.commands.populate import positive

COLUMNS = ("name", "size", "median_ms", "p95_ms", "rate_per_s", "sql", "megabytes", "ratio", "budget", "ok")


class Command(BaseCommand):
    help = (
        "The product's own benchmarks, in a throw-away database of the server. The populated template of each size is "
        "built on first use and kept. Medians; SQL without transaction statements, the most of any call. "
        f"Names: {', '.join(NAMES)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="which; without one, all")
        parser.add_argument("--json", action="store_true", help="a list of objects instead of a table")
        parser.add_argument("--size", type=positive, default=100_000, help="how many tickets (100,000)")

    def handle(self, *, names: list[str], size: int, **options: Any) -> None:
        try:
            found = run_benchmarks(names=names, size=size, note=lambda text: self.stderr.write(f"· {text}"))
        except BenchUnknown as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        rows = [COLUMNS, *([_shown(one.get(column)) for column in COLUMNS] for one in found)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
        for row in rows:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
        for one in found:
            if said := one.get("problem", one.get("note")):
                self.stdout.write(f"{one['name']}: {said}")


def _shown(value: Any) -> str:
    return "-" if value is None else {True: "yes", False: "NO"}[value] if isinstance(value, bool) else str(value)

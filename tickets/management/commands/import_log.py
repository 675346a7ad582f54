import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.clock import database_now
from tickets.importing.import_log import Imported, import_log
from tickets.importing.reading import LogUnreadable

HELP = """
Read a help-desk event log (CSV in UTF-8: case,activity,resource,time) and make a ticket of each case, with its original
times. A case is known by the file's name and its own, and one that is there is left alone: twice changes nothing.

Printed are, of the whole log:
  cases N       cases, and so tickets
  events N      rows that could be read, repeats among them
  facts N       facts told to SLA
  clocks N      clocks: one resolution clock a case, 40 business hours, Monday to Friday 9-18 Europe/Rome
  met N         resolved or closed in time
  breached N    not in time, those among them that are going on
  unresolved N  neither: the case waits to this day, and its promise is still open
  repeated N    exact repeats of a row within a case, ignored
  bad N         rows that could not be read; each is reported with its line
  known N       cases that were here before
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            imported = import_log(path=file, now=database_now(), report=self._progress)
        except LogUnreadable as error:
            raise CommandError(str(error)) from None
        for bad in imported.bad:
            self.stderr.write(f"line {bad.line}: {bad.why}")
        for name, count in figures(imported).items():
            self.stdout.write(f"{name} {count}")

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r· {done:,} of {total:,} cases", ending="\n" if done == total else "")


def figures(imported: Imported) -> dict[str, int]:
    """The lines of the report, in order."""
    return {
        "cases": imported.cases,
        "events": imported.events,
        "facts": imported.facts,
        "clocks": imported.clocks,
        "met": imported.verdicts["met"],
        "breached": imported.verdicts["breached"],
        "unresolved": imported.verdicts["open"],
        "repeated": imported.repeated,
        "bad": len(imported.bad),
        "known": imported.known,
    }

"""`replay`: a draft tried on the past, or with --check the published versions held against every stored verdict."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.clock import database_now, from_instant, to_instant
from servicedesk.errors import DeskError
from sla.replay.checking import check_replay
from sla.replay.engine import Flip, Job
from sla.replay.running import replay_now
from sla.replay.said import read_file
from sla.replay.tally import Tally
from sla.replay.tried import Tried
from sla.reports.period import EARLIEST, LATEST, Period, days
from sla.reports.scope import Scope

MOST_PRINTED = 50


class Command(BaseCommand):
    help = "Try a draft on past tickets and print what would have been kept; --check replays what is published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        said = 'JSON: {"policies": {code: …}, "calendars": …, "agreements": …}, or one policy with its "code"'
        parser.add_argument("--policy", type=Path, metavar="FILE", help=said)
        parser.add_argument("--from", dest="from_on", type=date.fromisoformat, default=EARLIEST, metavar="DAY")
        parser.add_argument("--to", dest="to_on", type=date.fromisoformat, default=LATEST, metavar="DAY")
        parser.add_argument("--check", action="store_true", help="exit 1 on any difference, or on none checked")

    def handle(self, *args: Any, policy: Path | None, from_on: date, to_on: date, check: bool, **options: Any) -> None:
        try:
            period = days(from_on, to_on)
            is_all = (from_on, to_on) == (EARLIEST, LATEST)
            if check and policy is None:
                return self._check(None if is_all else (period.begins, period.ends))
            if policy is None or check:
                raise CommandError("Name either a file with --policy, or --check.")
            self._try(read_file(policy), period, is_all=is_all)
        except DeskError as error:
            raise CommandError(_in_words(error)) from error

    def _check(self, period: tuple[datetime, datetime] | None) -> None:
        checked = different = 0
        for part in check_replay(period=period, report=self._report):
            checked, different = checked + part.journeys, different + part.different
            for number, clock, column, stored, replayed in part.differences:
                self.stdout.write(f"{number} {clock} {column}: stored {stored}, replayed {replayed}")
        self.stdout.write(f"checked {checked}")
        if different or not checked:
            raise CommandError(f"{different} of {checked} journeys are not reproduced", returncode=1)

    def _try(self, tried: Tried, period: Period, *, is_all: bool) -> None:
        until = from_instant(to_instant(database_now()) - 1)
        job = Job(tried=tried, begins=period.begins, ends=period.ends, until=until, scope=Scope(), is_all=is_all)
        flips: list[Flip] = []
        tally = replay_now(job=job, flips=flips, report=self._report)
        self._print(tally, flips)

    def _print(self, tally: Tally, flips: list[Flip]) -> None:
        total = tally.total
        self.stdout.write(f"tickets {tally.tickets}, touched {tally.touched}, not computed {tally.broken}")
        self.stdout.write(f"kept {total[0]} of {total[1]}; with the draft {total[2]} of {total[3]}")
        for way, number in sorted(tally.flips.items()):
            was, _, becomes = way.partition("-")
            self.stdout.write(f"{was or 'none'} -> {becomes or 'none'}: {number}")
        for flip in flips[:MOST_PRINTED]:
            name = " ".join(str(part) for part in (flip.metric, flip.stage, flip.cycle) if part != "")
            self.stdout.write(f"{flip.number} {name}: {flip.was or 'none'} -> {flip.becomes or 'none'}")
        if len(flips) > MOST_PRINTED:
            self.stdout.write(f"and {len(flips) - MOST_PRINTED} more")

    def _report(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of {total}", ending="")


def _in_words(error: DeskError) -> str:
    problems = error.values.get("problems") or {}
    return "\n".join([str(error), *(f"  {path}: {words}" for path, words in json.loads(json.dumps(problems)).items())])

"""`retry_owed`: give parked work three new attempts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from servicedesk import owed
from servicedesk.worker import LINES


class Command(BaseCommand):
    help = "Try parked work again. Without --do it only shows what is parked and why."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=int, help="row numbers as shown; all when left out")
        parser.add_argument("--kind", choices=[line.model for line in LINES], help="only this kind of work")
        parser.add_argument("--do", action="store_true", help="try again; otherwise nothing is changed")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for line in LINES:
            if options["kind"] in (None, line.model):
                rows = owed.parked_rows(line.rows).order_by("pk")
                rows = rows.filter(pk__in=options["ids"]) if options["ids"] else rows
                for row in rows:
                    self.stdout.write(f"{line.model} {row.pk} parked {row.failed_at:%Y-%m-%d %H:%M}: {row.last_error}")
                found += owed.retry(rows.order_by()) if options["do"] else rows.count()
        self.stdout.write(f"{'retried' if options['do'] else 'parked'} {found}")

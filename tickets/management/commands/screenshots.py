from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from servicedesk.testing import find_chromium
from tickets.management.commands.populate import positive

PLACE = settings.BASE_DIR / "docs" / "pictures"


class Command(BaseCommand):
    help = (
        "Take the pictures of the documents: a demonstration company at one fixed moment, in a throw-away database, "
        "looked at by a Chromium."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="which; without one, all")
        parser.add_argument("--into", type=Path, default=PLACE, help="folder (docs/pictures)")
        parser.add_argument("--tickets", type=positive, default=1500, help="how many tickets the company has (1,500)")

    def handle(self, *, names: list[str], into: Path, tickets: int, **options: Any) -> None:
        from tickets.demo.pictures import PICTURES, take_pictures

        unknown = set(names) - {picture.name for picture in PICTURES}
        if unknown:
            raise CommandError(f"There is no picture {unknown.pop()}; there are {', '.join(p.name for p in PICTURES)}.")
        if not find_chromium():
            raise CommandError("No Chromium on this machine (Debian: apt-get install chromium).")
        taken = take_pictures(
            folder=into, names=names, tickets=tickets, note=lambda text: self.stdout.write(f"· {text}")
        )
        self.stdout.write(f"{taken} pictures in {into}")

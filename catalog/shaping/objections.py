"""What stands against publishing a draft: checks of other apps, which catalog may not import, named in the settings.

`PUBLISHING_CHECKS` lists dotted paths of functions with the signature of `Check`. Each looks at the content that is
about to be published, before anything is written, and returns what would be broken by it; no check writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from catalog.shaping.kind import Content
from servicedesk.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Objection:
    """A reason not to publish, in the active language: `words` and the arithmetic behind them, a table with `head`.

    `total` is its last row, as many cells as `head`.
    """

    words: str
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    total: Sequence[str] = ()


class Check(Protocol):
    """What would be broken if `content` were in force as the thing `code` of the kind `kind`."""

    def __call__(self, *, kind: str, code: str, content: Content, now: datetime) -> Sequence[Objection]: ...


class PublishingObjected(Invalid):
    """Raised where a check objects and no reason to publish all the same was given; `values["objections"]` tells."""

    code = "publishing_objected"
    sentence = (
        "It does not fit what is promised, as is shown below. Nothing was published; "
        "correct it, or say why it is published all the same."
    )


def objections_to(*, kind: str, code: str, content: Content, now: datetime) -> list[Objection]:
    """What every check says against publishing this, in the order of the settings."""
    checks: list[Check] = [import_string(path) for path in settings.PUBLISHING_CHECKS]
    return [said for check in checks for said in check(kind=kind, code=code, content=content, now=now)]

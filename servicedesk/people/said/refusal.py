"""What was typed and cannot be so."""

import hashlib
import json
from typing import Any

from django.utils.functional import Promise as Lazy

from servicedesk.errors import Conflict, Invalid

#: What cannot be so, by field: a sentence in the active language.
Wrong = dict[str, str | Lazy]


class SaidInvalid(Invalid):
    """Raised with every field that cannot be taken, {field: sentence}; nothing was written."""

    code = "said_invalid"
    sentence = "Something is missing or cannot be so. Nothing was changed."

    @property
    def problems(self) -> Wrong:
        problems: Wrong = self.values["fields"]
        return problems


class SaidOfAnother(Conflict):
    """Raised when what is there is no longer what was looked at."""

    code = "said_of_another"
    sentence = (
        "Somebody changed this meanwhile. What you typed still stands below and is not kept: "
        "keep it over theirs, or open the page anew to see theirs."
    )


def mark_of(typed: dict[str, Any]) -> str:
    """Stands for what is there, so that nobody overwrites what they have not seen."""
    return hashlib.sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()[:16]

"""Codes made from names: Latin letters whatever the name is written in."""

import re
import unicodedata
from collections.abc import Container

from servicedesk.latin import in_latin

LONGEST = 60


def make_code(*, name: str, taken: Container[str] = ()) -> str:
    """A code for `name`, such as `otdel-prodazh`, that is not `taken`; at most 60 characters, never empty."""
    plain = unicodedata.normalize("NFKD", in_latin(name).replace(".", "")).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or "x"
    code, number = stem, 1
    while code in taken:
        number += 1
        code = f"{stem[: LONGEST - len(str(number)) - 1]}-{number}"
    return code

"""Codes made from names: Latin letters whatever the name is written in."""

import re
import unicodedata
from collections.abc import Container

LONGEST = 60
LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya i yi ye g u".split(),
        strict=True,
    )
)


def make_code(*, name: str, taken: Container[str] = ()) -> str:
    """A code for `name`, such as `otdel-prodazh`, that is not `taken`; at most 60 characters, never empty."""
    latin = "".join(LATIN.get(letter, letter).replace(".", "") for letter in name.lower())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or "x"
    code, number = stem, 1
    while code in taken:
        number += 1
        code = f"{stem[: LONGEST - len(str(number)) - 1]}-{number}"
    return code

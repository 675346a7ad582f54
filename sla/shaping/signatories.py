"""Who signed an agreement, read from its editor: for which side, in which role, on which day."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from catalog.shaping.typed import Typed
from sla.reports.period import today
from sla.shaping.agreement_words import PROVIDER_SIDE

LONGEST_NAME = 100


def read_signatories(
    rows: Sequence[Typed], parties: Collection[str], now: datetime, problems: dict[str, str]
) -> list[dict[str, str]]:
    """[{party, name, role, signed_on}], each for the provider or for one of `parties`; without a day not signed yet.

    Rows in which nothing was typed are left out. Problems stand at signatories.N.PART.
    """
    on = today(now)
    said = {number: _signatory(row) for number, row in enumerate(rows)}
    kept = {number: one for number, one in said.items() if one["name"] or one["role"] or one["signed_on"]}
    for number, one in kept.items():
        found = _problems(one, {PROVIDER_SIDE, *parties}, on)
        problems |= {f"signatories.{number}.{part}": words for part, words in found.items()}
    return list(kept.values())


def _signatory(row: Typed) -> dict[str, str]:
    return {part: row[part].strip() for part in ("party", "name", "role", "signed_on")}


def _problems(one: dict[str, str], parties: Collection[str], on: date) -> dict[str, str]:
    found: dict[str, str] = {}
    if one["party"] not in parties:
        found["party"] = _("Choose the provider, or somebody whom a line above names.")
    if not one["name"]:
        found["name"] = _("A name is needed.")
    found |= {
        part: _("At most %(n)s characters.") % {"n": LONGEST_NAME}
        for part in ("name", "role")
        if len(one[part]) > LONGEST_NAME
    }
    if one["signed_on"] and (problem := _day_problem(one["signed_on"], on)):
        found["signed_on"] = problem
    return found


def _day_problem(text: str, on: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _("Write a day such as 2026-12-01.")
    if len(text) != 10:
        return _("Write a day such as 2026-12-01.")
    return _("A day to come: leave it empty until it is signed.") if day > on else ""

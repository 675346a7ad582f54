"""Quarters of a year in words."""

from datetime import date

from django.utils.translation import gettext as _


def quarter_words(first: date) -> str:
    """The quarter that begins on `first`: "Q3 2026", «III квартал 2026 года»."""
    number = (first.month + 2) // 3
    return _("Q%(number)s %(year)s") % {"number": number, "roman": ROMAN[number], "year": first.year}


ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}

"""Quarters of a year in words."""

from datetime import date

from django.utils.translation import gettext as _


def quarter_words(first: date) -> str:
    """The quarter that begins on `first`: "Q3 2026", «3-й квартал 2026 года»."""
    number = (first.month + 2) // 3
    return _("Q%(number)s %(year)s") % {"number": number, "year": first.year}

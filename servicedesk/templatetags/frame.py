"""What every page draws: icons and instants."""

from datetime import datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

from servicedesk.instants import exact_words, near_words
from servicedesk.people.opening import company_name

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=100)
def icon(name: str) -> SafeString:
    """An icon of lucide as inline SVG, hidden from screen readers: a word always stands beside it.

    A name that lucide does not have, or has no longer, draws a question mark.
    """
    try:
        drawn = lucide(name, size=None, aria_hidden="true", focusable="false", **{"class": "icon"})
    except IconDoesNotExist:
        return icon("circle-question-mark")
    return mark_safe(drawn)  # noqa: S308  # drawn by the package from its own file


@register.simple_tag
def company() -> str:
    """Whose desk this is, as every page says at its head; empty where nobody has said."""
    return company_name()


@register.simple_tag
def instant(moment: datetime, now: datetime) -> SafeString:
    """A moment in few words, with the exact instant, zone and offset in its title."""
    drawn = '<time datetime="{}" title="{}">{}</time>'
    return format_html(drawn, iso(moment), exact_words(moment), near_words(moment, now))


@register.filter
def iso(moment: datetime) -> str:
    """ISO 8601 with the offset of the active zone."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


@register.filter
def exact(moment: datetime) -> str:
    return exact_words(moment)


@register.filter
def grouped(number: int) -> str:
    """A ticket's number in two groups of four, as one reads it out: 1234 5678."""
    digits = str(number)
    return f"{digits[:-4]}\u00a0{digits[-4:]}" if len(digits) > 4 else digits


@register.filter
def initials(name: str) -> str:
    """One or two letters that stand for a person's name."""
    return "".join(word[0] for word in name.split()[:2]).upper()

"""What the requester filled in, with the labels of the form's version, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from servicedesk.texts import in_language
from tickets.models import Ticket


def answers_in_words(ticket: Ticket, *, language: str) -> list[tuple[str, str]]:
    """(label, answer) in the form's order; an answer to a field the form no longer has stands last under its key."""
    fields = {field["key"]: field for field in (ticket.form.fields if ticket.form else [])}
    keys = [key for key in fields if key in ticket.answers] + [key for key in ticket.answers if key not in fields]
    return [
        (_label(fields.get(key), key, language), _words(fields.get(key), ticket.answers[key], language)) for key in keys
    ]


def _label(field: Mapping[str, Any] | None, key: str, language: str) -> str:
    return in_language(field.get("label", {}), language) or key if field else key


def _words(field: Mapping[str, Any] | None, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    for choice in (field or {}).get("choices", ()):
        if choice["value"] == value:
            return in_language(choice.get("label", {}), language) or str(value)
    return _written(field, value)


def _written(field: Mapping[str, Any] | None, value: Any) -> str:
    """A day and a number as one writes them; all else as it was typed."""
    kind = (field or {}).get("type")
    if kind == "date":
        return date_format(day, "j E Y") if (day := parse_date(str(value))) else str(value)
    if kind == "number":
        return number_format(value, force_grouping=True)
    return str(value)

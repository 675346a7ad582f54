"""What the requester filled in, with the labels of the form's version, in words."""

from collections.abc import Mapping
from typing import Any

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
    return str(value)

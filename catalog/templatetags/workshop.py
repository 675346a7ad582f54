"""The editor's fields: each finds its text and its problem by the path of its name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.utils.formats import date_format

from catalog.shaping.typed import value_at
from servicedesk.texts import said_in

register = template.Library()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of an editor: `path` begins the names of its fields, `number` counts from 1."""

    path: str
    number: int
    is_last: bool

    @property
    def is_first(self) -> bool:
        return self.number == 1


@register.simple_tag(takes_context=True)
def rows(context: Context, where: Any, part: str = "") -> list[Row]:
    """The rows typed at `part` of a row, or at a path."""
    path = f"{where.path}.{part}" if isinstance(where, Row) else str(where)
    typed = value_at(context["typed"], path) or []
    return [Row(path=f"{path}.{n}", number=n + 1, is_last=n + 1 == len(typed)) for n in range(len(typed))]


@register.inclusion_tag("workshop/_cell.html", takes_context=True)
def cell(context: Context, where: Any, part: str, label: str, **more: Any) -> dict[str, Any]:
    """A labelled field. `kind` is text, area, select, check, many, date, time or number; `choices` (value, word)."""
    name = f"{where.path}.{part}" if isinstance(where, Row) else part
    problem = (context.get("problems") or {}).get(name, "")
    return {
        "name": name,
        "label": label,
        "value": value_at(context["typed"], name),
        "problem": problem,
        "kind": "text",
        "is_focus": bool(context.get("focus")) and name.startswith(f"{context['focus']}."),
        **more,
    }


@register.simple_tag(takes_context=True)
def typed_at(context: Context, where: Any, part: str) -> Any:
    """What was typed in another field of the row."""
    return value_at(context["typed"], f"{where.path}.{part}" if isinstance(where, Row) else part)


@register.simple_tag(takes_context=True)
def note_at(context: Context, where: Any, part: str) -> str:
    """What is worth knowing of a field, though it hinders nothing; "" for nothing."""
    path = f"{where.path}.{part}" if isinstance(where, Row) else part
    return str((context.get("field_notes") or {}).get(path, ""))


@register.filter
def in_words(texts: Any) -> str:
    """A text of an administrator's in the active language."""
    return said_in(texts or {})


@register.filter
def choice_words(choice: Any) -> str:
    """An answer to choose from, by its words; one without words by its value."""
    return in_words(choice.get("label")) or str(choice.get("value", ""))


@register.filter
def exact_there(moment: datetime) -> str:
    """A moment in the zone it carries, not in the reader's: of a calendar, its own wall clock."""
    return date_format(moment, "D j E Y, H:i")

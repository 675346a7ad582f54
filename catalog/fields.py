"""Field types of a request form and their conditions: checked alike for page and API.

A form is a list of fields: {"key", "type", "label": {ru, en}, "required"?, "choices"?, "max"?, "when"?}.
`when` is {"field": key, "equals": value}: the field matters only then, and an answer to it otherwise is refused.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from servicedesk.errors import DeskError
from servicedesk.texts import validate_texts

KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
LONGEST_TEXT = 10_000
KNOWN = {"key", "type", "label", "required", "choices", "max", "when"}


class AnswersInvalid(DeskError):
    """The answers do not fit the form. `values["problems"]` says what is wrong, a field key each."""

    code = "answers_invalid"
    status = 422
    sentence = "Some answers do not fit the form. Nothing was filed; correct them and send again."


class Problem(str):
    """What is wrong with an answer: in English for programs, `words` in the active language for people."""

    sentence: str
    values: Mapping[str, object]

    def __new__(cls, sentence: str, **values: object) -> Self:
        problem = super().__new__(cls, sentence.format(**values))
        problem.sentence, problem.values = sentence, values
        return problem

    @property
    def words(self) -> str:
        return gettext(self.sentence).format(**self.values)


def _text(field: Mapping[str, Any], value: object) -> Problem | None:
    if not isinstance(value, str):
        return Problem("Expected a text.")
    if "\x00" in value:
        return Problem("A text must not contain the character NUL.")
    longest = field.get("max", LONGEST_TEXT)
    return Problem("At most {n} characters.", n=longest) if len(value) > longest else None


def _number(field: Mapping[str, Any], value: object) -> Problem | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Problem("Expected a number.")
    if not -1e15 < value < 1e15:
        return Problem("The number is too large.")
    return Problem("At most {n}.", n=field["max"]) if "max" in field and value > field["max"] else None


def _choice(field: Mapping[str, Any], value: object) -> Problem | None:
    offered = [choice["value"] for choice in field["choices"]]
    return None if value in offered else Problem("Expected one of: {offered}.", offered=", ".join(offered))


def _date(field: Mapping[str, Any], value: object) -> Problem | None:
    try:
        date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return Problem("Expected a date such as 2026-03-31.")
    return None


def _yes_no(field: Mapping[str, Any], value: object) -> Problem | None:
    return None if isinstance(value, bool) else Problem("Expected yes or no.")


#: Each type tells what is wrong with a value, or None.
TYPES: dict[str, Callable[[Mapping[str, Any], object], Problem | None]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "choice": _choice,
    "date": _date,
    "yes_no": _yes_no,
}


def validate_form(value: object) -> None:
    """Refuse a form whose fields nobody could fill in."""
    if not isinstance(value, list):
        raise ValidationError("Expected a list of fields.")
    keys: set[str] = set()
    for field in value:
        _validate_field(field, keys)
        keys.add(field["key"])


def _validate_field(field: object, earlier: set[str]) -> None:
    if not isinstance(field, dict) or not KEY.match(str(field.get("key"))) or field.get("type") not in TYPES:
        raise ValidationError(f"Each field needs a key (a–z, 0–9, _) and a type of: {', '.join(TYPES)}.")
    if set(field) - KNOWN:
        raise ValidationError(f"{field['key']}: unknown {', '.join(sorted(set(field) - KNOWN))}.")
    if field["key"] in earlier:
        raise ValidationError(f"The key {field['key']} stands twice.")
    validate_texts(field.get("label"))
    if field["type"] == "choice" and not field.get("choices"):
        raise ValidationError(f"{field['key']}: a choice needs choices.")
    if "when" in field and field["when"].get("field") not in earlier:
        raise ValidationError(f"{field['key']}: its condition must name a field above it.")


def matters(field: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether `field` is asked, given the answers above it."""
    when = field.get("when")
    return when is None or answers.get(when["field"]) == when["equals"]


def check_answers(fields: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, in the form's order, to the fields that matter. Raises AnswersInvalid naming every problem."""
    problems = {key: Problem("The form has no such field.") for key in answers if key not in {f["key"] for f in fields}}
    kept: dict[str, Any] = {}
    for field in fields:
        key, value = field["key"], answers.get(field["key"])
        problem = _problem(field, value, asked=matters(field, kept))
        if problem:
            problems[key] = problem
        elif value is not None and value != "":
            kept[key] = value
    if problems:
        raise AnswersInvalid(problems=problems)
    return kept


def _problem(field: Mapping[str, Any], value: object, *, asked: bool) -> Problem | None:
    empty = value is None or value == ""
    if not asked:
        return None if empty else Problem("This field is not asked with these answers.")
    if empty:
        return Problem("An answer is needed.") if field.get("required") else None
    return TYPES[field["type"]](field, value)

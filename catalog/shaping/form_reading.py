"""Reading a request form from its editor, and writing one into it: every problem at its field, in words."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.fields import KEY, LONGEST_TEXT, TYPES, validate_form
from catalog.shaping.kind import Content, DraftInvalid
from catalog.shaping.typed import Typed

YES, NO = {"yes", "true", "да"}, {"no", "false", "нет"}
LONGEST_LABEL = 300


def typed_form(content: Content) -> Typed:
    return {"fields": [_typed(field) for field in content["fields"]]}


def _typed(field: Mapping[str, Any]) -> Typed:
    when = field.get("when") or {}
    choices = field.get("choices") or []
    return {
        "key": field["key"],
        "type": field["type"],
        **_typed_label(field["label"]),
        "required": "yes" if field.get("required") else "",
        "max": str(field.get("max", "")),
        "when_field": when.get("field", ""),
        "when_equals": _typed_answer(when.get("equals", "")),
        "choices": [{"value": str(one["value"]), **_typed_label(one.get("label") or {})} for one in choices],
    }


def _typed_label(label: Mapping[str, str]) -> Typed:
    return {f"label_{language}": label.get(language, "") for language in ("ru", "en")}


def _typed_answer(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def read_form(typed: Typed) -> Content:
    """The fields as catalog/fields.py keeps them. Raises DraftInvalid. A key left empty is made: field_1, field_2 …"""
    problems: dict[str, str] = {}
    fields: list[Content] = []
    for number, row in enumerate(typed["fields"]):
        fields.append(_field(row, f"fields.{number}.", fields, problems))
    if not problems:
        _check_whole(fields, problems)
    if problems:
        raise DraftInvalid(problems=problems)
    return {"fields": fields}


def _field(row: Typed, path: str, above: list[Content], problems: dict[str, str]) -> Content:
    field: Content = {
        "key": _key(row["key"].strip(), above, path, problems),
        "type": row["type"] or "text",
        "label": _label(row, path, problems, needed=True),
    }
    if field["type"] not in TYPES:
        problems[f"{path}type"] = _("Choose one of the list.")
    if row["required"]:
        field["required"] = True
    if row["max"].strip() and field["type"] in ("text", "long_text", "number"):
        _read_max(field, row["max"].strip(), path, problems)
    if field["type"] == "choice":
        field["choices"] = _choices(row["choices"], path, problems)
    if row["when_field"]:
        _read_when(field, row, above, path, problems)
    return field


def _key(key: str, above: list[Content], path: str, problems: dict[str, str]) -> str:
    taken = {field["key"] for field in above}
    if not key:
        key = next(name for name in (f"field_{n}" for n in range(1, 1000)) if name not in taken)
    if not KEY.match(key):
        problems[f"{path}key"] = _("A key begins with a small Latin letter; then letters, digits and _.")
    elif key in taken:
        problems[f"{path}key"] = _("Another field has this key already.")
    return key


def _label(row: Typed, path: str, problems: dict[str, str], *, needed: bool) -> dict[str, str]:
    label = {language: row[f"label_{language}"].strip() for language in ("ru", "en")}
    for language, text in label.items():
        if len(text) > LONGEST_LABEL:
            problems[f"{path}label_{language}"] = _("At most %(n)s characters.") % {"n": LONGEST_LABEL}
    if needed and not any(label.values()):
        problems[f"{path}label_ru"] = _("A text is needed in at least one language.")
    return {language: text for language, text in label.items() if text}


def _read_max(field: Content, text: str, path: str, problems: dict[str, str]) -> None:
    largest = 10**12 if field["type"] == "number" else LONGEST_TEXT
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:15]) <= largest:
        problems[f"{path}max"] = _("A whole number from 1 to %(n)s.") % {"n": largest}
    else:
        field["max"] = int(text)


def _choices(rows: list[Typed], path: str, problems: dict[str, str]) -> list[Content]:
    """An answer without a value of its own is known by its words."""
    choices: list[Content] = []
    for number, row in enumerate(rows):
        label = _label(row, f"{path}choices.{number}.", problems, needed=False)
        value = row["value"].strip() or label.get("en") or label.get("ru") or ""
        if not value:
            problems[f"{path}choices.{number}.label_ru"] = _("A text is needed in at least one language.")
        if value in [choice["value"] for choice in choices]:
            problems[f"{path}choices.{number}.value"] = _("This answer stands twice.")
        choices.append({"value": value, **({"label": label} if label else {})})
    if len(choices) < 2:
        problems[f"{path}type"] = _("A choice needs at least two answers to choose from.")
    return choices


def _read_when(field: Content, row: Typed, above: list[Content], path: str, problems: dict[str, str]) -> None:
    asked = next((one for one in above if one["key"] == row["when_field"]), None)
    if asked is None:
        problems[f"{path}when_field"] = _("The condition must name a field above this one.")
        return
    equals = _answer(asked, row["when_equals"].strip())
    if equals is None:
        problems[f"{path}when_equals"] = _("“%(label)s” can never have this answer.") % {"label": asked["key"]}
    else:
        field["when"] = {"field": asked["key"], "equals": equals}


def _answer(asked: Content, text: str) -> Any:
    """The answer as the asked field's type keeps it; None where it can never be given."""
    if asked["type"] == "yes_no":
        return True if text.lower() in YES else False if text.lower() in NO else None
    if asked["type"] == "number":
        return int(text) if text.removeprefix("-").isdecimal() and len(text) < 16 else None
    if asked["type"] == "choice":
        named = {name: one["value"] for one in asked.get("choices", []) for name in (one.get("label") or {}).values()}
        value = named.get(text, text)
        return value if value in [one["value"] for one in asked.get("choices", [])] else None
    problem = TYPES[asked["type"]](asked, text) if asked["type"] in TYPES else ""
    return text if text and problem is None else None


def _check_whole(fields: list[Content], problems: dict[str, str]) -> None:
    """The rule that page and API keep has the last word."""
    try:
        validate_form(fields)
    except ValidationError as error:
        problems["fields"] = " ".join(error.messages)

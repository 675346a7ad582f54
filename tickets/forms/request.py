"""A request form as it is typed: texts become typed answers, and come back with what is wrong beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.fields import matters
from servicedesk.texts import in_language
from tickets.wording import IMPACTS, URGENCIES

PREFIX = "a-"
#: Names of the questions about the priority; no field of a form can have them.
IMPACT, URGENCY = "p-impact", "p-urgency"
FEW = 6
YES_NO: Sequence[tuple[str, Lazy]] = (("yes", later("Yes")), ("no", later("No")))
TRUTHS = {"yes": True, "no": False}


@dataclass(frozen=True, kw_only=True)
class Question:
    """One field of the form as it is shown. `leads`: another question depends on the answer."""

    name: str
    label: str
    type: str
    required: bool
    value: str
    problem: str
    leads: bool
    longest: int | None
    choices: Sequence[tuple[str, str | Lazy]]

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def is_radio(self) -> bool:
        return bool(self.choices) and len(self.choices) <= FEW


def read_answers(fields: Sequence[Mapping[str, Any]], typed: Mapping[str, str]) -> dict[str, Any]:
    """The answers in their types, by field key. What does not fit its type, or no field, stays a text: it is refused by
    `catalog.fields.check_answers`, not here."""
    kinds = {field["key"]: field["type"] for field in fields}
    given = {name.removeprefix(PREFIX): text for name, text in typed.items() if name.startswith(PREFIX)}
    return {key: _typed(kinds.get(key, ""), text) for key, text in given.items() if text.strip()}


def ask_questions(
    *, fields: Sequence[Mapping[str, Any]], typed: Mapping[str, str], problems: Mapping[str, str], language: str
) -> list[Question]:
    """The questions that matter with these answers, from the top."""
    answers, asked, kept = read_answers(fields, typed), [], dict[str, Any]()
    leading = {field["when"]["field"] for field in fields if "when" in field}
    for field in fields:
        key = field["key"]
        if not matters(field, kept):
            continue
        if key in answers:
            kept[key] = answers[key]
        text = typed.get(PREFIX + key, "")
        asked.append(_question(field, text, problems.get(key, ""), leads=key in leading, language=language))
    return asked


def ask_urgency(*, typed: Mapping[str, str], problems: Mapping[str, str]) -> list[Question]:
    """The two questions that make the priority, in plain words."""
    asked = ((IMPACT, _("Whom does it hold up?"), IMPACTS), (URGENCY, _("How much does it hinder?"), URGENCIES))
    return [
        Question(
            name=name,
            label=label,
            type="choice",
            required=True,
            value=typed.get(name, ""),
            problem=problems.get(name, ""),
            leads=False,
            longest=None,
            choices=list(choices.items()),
        )
        for name, label, choices in asked
    ]


def read_urgency(typed: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Impact and urgency as they were chosen; None for what is no answer to the question."""
    impact, urgency = typed.get(IMPACT), typed.get(URGENCY)
    return impact if impact in IMPACTS else None, urgency if urgency in URGENCIES else None


def _typed(kind: str, text: str) -> Any:
    if kind == "yes_no":
        return TRUTHS.get(text, text)
    return _number(text) if kind == "number" else text.strip()


def _number(text: str) -> int | float | str:
    """A number as people write it: "1 500", "2,5"."""
    plain = "".join(text.split()).replace(",", ".")
    try:
        return int(plain) if plain.lstrip("+-").isdigit() and len(plain) < 20 else float(plain)
    except ValueError:
        return text


def _question(field: Mapping[str, Any], text: str, problem: str, *, leads: bool, language: str) -> Question:
    offered: Sequence[tuple[str, str | Lazy]] = [
        (str(one["value"]), in_language(one.get("label") or {}, language) or str(one["value"]))
        for one in field.get("choices", ())
    ]
    is_text = field["type"] in ("text", "long_text")
    return Question(
        name=PREFIX + field["key"],
        label=in_language(field["label"], language),
        type=field["type"],
        required=bool(field.get("required")),
        value=text,
        problem=problem,
        leads=leads,
        longest=field.get("max") if is_text else None,
        choices=YES_NO if field["type"] == "yes_no" else offered,
    )

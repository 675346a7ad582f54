"""Texts that administrators write: one JSON object, a key a language, with a fallback."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import get_language

LANGUAGES = ("ru", "en")


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in Russian, else in whatever language there is, else ""."""
    for code in (language, *LANGUAGES):
        if texts.get(code):
            return texts[code]
    return ""


def present_language() -> str:
    """The language that is active."""
    return get_language() or "ru"


def said_in(texts: Mapping[str, str]) -> str:
    """The text in the language that is active."""
    return in_language(texts, present_language())


def validate_texts(value: object) -> None:
    """Refuse anything but {"ru": text, "en": text} with at least one text in it."""
    if not isinstance(value, dict) or not value or set(value) - set(LANGUAGES):
        raise ValidationError('Expected an object such as {"ru": "…", "en": "…"}.')
    if not all(isinstance(text, str) for text in value.values()) or not any(value.values()):
        raise ValidationError("Each language needs a text, and at least one text must not be empty.")

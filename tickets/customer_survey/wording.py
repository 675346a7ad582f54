"""The questions of the survey and what their scores say."""

from django.utils.translation import gettext_lazy as later

#: By column of an answer: the question, and its short name in a table.
QUESTION_WORDS = {
    "punctual": (later("Do they do it by the time they promised?"), later("Punctual")),
    "helpful": (later("Do they solve what you need solved?"), later("Helpful")),
    "clear": (later("Is it clear what they do and why?"), later("Understandable")),
}
#: What the ends and the middle of the scale say.
SCALE = {
    "1": later("never"),
    "2": later("seldom"),
    "3": later("sometimes"),
    "4": later("mostly"),
    "5": later("always"),
}

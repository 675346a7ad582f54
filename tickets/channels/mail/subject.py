"""The subject of a mail as the subject of a ticket, and of a ticket as that of our mail. Pure."""

import re

LONGEST = 300
#: So much of a ticket's subject stands in ours: the rest of the line says what happened.
LONGEST_NAMED = 120
ANSWERED = re.compile(r"^\s*((re|fwd?|aw|wg|отв|ответ|пересл|fw)\s*(\[\d+\])?\s*:\s*|\[#\d{8}\]\s*)+", re.IGNORECASE)


def shown_subject(subject: str) -> str:
    """Without "Re:", "Отв:" and our own number, on one line, at most 300 characters; may be ""."""
    return ANSWERED.sub("", " ".join(subject.split()))[:LONGEST].strip()


def letter_subject(*, number: int, subject: str, happened: str) -> str:
    """One line: the number that threads, the ticket's `subject` ("" where it is not told), and what happened."""
    named = " ".join(subject.split())
    if len(named) > LONGEST_NAMED:
        named = f"{named[: LONGEST_NAMED - 1].rstrip()}…"
    return " ".join(f"[#{number}] {f'{named} — ' if named else ''}{happened}".split())

"""The subject of a mail as the subject of a ticket. Pure."""

import re

LONGEST = 300
ANSWERED = re.compile(r"^\s*((re|fwd?|aw|wg|отв|ответ|пересл|fw)\s*(\[\d+\])?\s*:\s*|\[#\d{8}\]\s*)+", re.IGNORECASE)


def shown_subject(subject: str) -> str:
    """Without "Re:", "Отв:" and our own number, on one line, at most 300 characters; may be ""."""
    return ANSWERED.sub("", " ".join(subject.split()))[:LONGEST].strip()

"""What people may type."""

from servicedesk.errors import DeskError

LONGEST_BODY = 100_000
LONGEST_LINE = 300


class TextInvalid(DeskError):
    code = "text_invalid"
    status = 422
    sentence = "{problem} Nothing was written; your text is still with you."


def checked_text(text: str, *, longest: int = LONGEST_BODY) -> str:
    """`text` without outer white space. Raises TextInvalid when it is empty, too long or holds NUL."""
    if "\x00" in text:
        raise TextInvalid(problem="A text must not contain the character NUL.")
    if not text.strip():
        raise TextInvalid(problem="The text is empty.")
    if len(text) > longest:
        raise TextInvalid(problem=f"The text has {len(text)} characters; at most {longest} are taken.")
    return text.strip()


def checked_line(text: str) -> str:
    """A text of one line: any run of white space, line breaks included, becomes one space."""
    return checked_text(" ".join(text.split()) if "\x00" not in text else text, longest=LONGEST_LINE)

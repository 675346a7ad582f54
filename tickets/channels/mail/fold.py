"""What somebody wrote anew, apart from what their mail program repeated below it. Pure."""

import re

#: Where the repeated part begins: a line by which mail programs announce it, in Russian and in English.
ANNOUNCED = (
    re.compile(
        r"^[\s>]*[-_=*]{2,}\s*(original message|forwarded message|reply above|исходное сообщение|исходное письмо"
        r"|пересылаемое сообщение|пересланное сообщение|оригинальное сообщение)\b.*$",
        re.IGNORECASE,
    ),
    re.compile(r"^\s*(on|le|am)\s.{4,250}\b(wrote|écrit|schrieb)\s*:?\s*$", re.IGNORECASE),
    re.compile(r"^.{0,250}\b(пишет|(на)?писал[аи]?|wrote)\s*(\(а\))?\s*:\s*$", re.IGNORECASE),
    re.compile(r"^.{0,200}\d{4}.{0,120}<?[\w.+-]+@[\w.-]+>?\s*:\s*$"),
    re.compile(r"^_{20,}\s*$"),
)
#: Outlook repeats the headers instead: the first, with one of the others close below.
FIRST_HEADER = re.compile(r"^\s*\*?(from|от|от кого)\*?\s*:\s*\S", re.IGNORECASE)
NEXT_HEADER = re.compile(r"^\s*\*?(sent|date|to|subject|отправлено|дата|кому|тема|копия)\*?\s*:\s*\S", re.IGNORECASE)
SIGNATURE = re.compile(r"^--\s?$")
SENT_FROM = re.compile(
    r"^\s*(sent from my|sent from mail|get outlook for|отправлено с|отправлено из|посылка из)\b.{0,80}$", re.IGNORECASE
)
CLOSE = 5  # lines


def fold(text: str) -> tuple[str, str]:
    """The fresh part and the repeated one. Where nothing fresh is left, everything counts as fresh.

    Answers written between quoted lines stay whole: a quotation is folded only where nothing fresh follows it.
    """
    lines = text.splitlines()
    cut = min(_announced(lines), _quoted_tail(lines))
    kept = lines[: _signed(lines[:cut])]
    fresh, quoted = "\n".join(kept).strip(), "\n".join(lines[len(kept) :]).strip()
    return (fresh, quoted) if fresh else (text.strip(), "")


def _announced(lines: list[str]) -> int:
    """The first line by which a repetition is announced, unless fresh words stand between quoted ones after it."""
    for place in range(len(lines)):
        if _announces(lines, place):
            return place if not _is_interleaved(lines[place + 1 :]) else len(lines)
    return len(lines)


def _announces(lines: list[str], place: int) -> bool:
    line = lines[place]
    if len(line) > 400:
        return False
    folded = f"{line.rstrip()} {lines[place + 1].strip()}" if place + 1 < len(lines) else line
    if any(known.match(line) for known in ANNOUNCED):
        return True
    if re.match(r"^\s*(on|\w{2,3},)\s", line, re.IGNORECASE) and any(known.match(folded) for known in ANNOUNCED[1:4]):
        return True
    below = lines[place + 1 : place + CLOSE]
    return bool(FIRST_HEADER.match(line)) and sum(bool(NEXT_HEADER.match(next_line)) for next_line in below) >= 2


def _is_interleaved(below: list[str]) -> bool:
    """Whether after an announcement quoted lines and unquoted ones alternate: somebody answered point by point."""
    quoted = [place for place, line in enumerate(below) if line.lstrip().startswith(">")]
    if not quoted:
        return False
    rest = below[quoted[0] : _signed(below)]
    return any(line.strip() and not line.lstrip().startswith(">") for line in rest)


def _quoted_tail(lines: list[str]) -> int:
    """Where a block of `>` lines begins that goes on to the end."""
    place = len(lines)
    while place and (not lines[place - 1].strip() or lines[place - 1].lstrip().startswith(">")):
        place -= 1
    return place


def _signed(lines: list[str]) -> int:
    """Where the signature begins: the last `-- `, or a line by which a telephone names itself."""
    for place in range(len(lines) - 1, -1, -1):
        if SIGNATURE.match(lines[place]) and len(lines) - place <= 20:
            return place
        if SENT_FROM.match(lines[place]) and len(lines) - place <= CLOSE:
            return place
    return len(lines)

"""What somebody may have meant by what they typed: as it stands, in the other keyboard layout, in the other alphabet.

Pure. `ghbynth` is «принтер» typed without switching the keyboard, `printer` is the same word in Latin letters.
"""

import re

from servicedesk.latin import in_latin

LONGEST = 200
LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
TO_RUSSIAN_KEYS = str.maketrans(LATIN_KEYS + '{}:"<>~', RUSSIAN_KEYS + "хъжэбюё")
TO_LATIN_KEYS = str.maketrans(RUSSIAN_KEYS, LATIN_KEYS)
CYRILLIC = re.compile("[а-яё]")
LATIN = re.compile("[a-z]")
WORD = re.compile(r"[^\W_]+")

#: Longest first, so that "shch" is never read as "sh" and "ch".
SOUNDS = (
    ("shch", "щ"), ("sch", "щ"), ("yo", "ё"), ("jo", "ё"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"),
    ("sh", "ш"), ("yu", "ю"), ("ju", "ю"), ("ya", "я"), ("ja", "я"), ("a", "а"), ("b", "б"), ("v", "в"),
    ("w", "в"), ("g", "г"), ("d", "д"), ("e", "е"), ("z", "з"), ("i", "и"), ("j", "й"), ("k", "к"), ("c", "к"),
    ("q", "к"), ("l", "л"),
    ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"),
    ("h", "х"), ("y", "ы"), ("x", "кс"), ("'", "ь"),
)  # fmt: skip


def tidy(text: str) -> str:
    """What is searched for at all: small letters, ё as е, no NUL, at most 200 characters."""
    return " ".join(text[:LONGEST].replace("\x00", " ").lower().replace("ё", "е").split())


def readings(text: str) -> list[str]:
    """The texts that `text` may mean, the likeliest first, each once; none where nothing was typed."""
    typed = tidy(text)
    found = [typed]
    if LATIN.search(typed) and not CYRILLIC.search(typed):
        found += [typed.translate(TO_RUSSIAN_KEYS), _in_cyrillic(typed)]
    elif CYRILLIC.search(typed) and not LATIN.search(typed):
        found += [typed.translate(TO_LATIN_KEYS), in_latin(typed)]
    return list(dict.fromkeys(one for one in map(tidy, found) if WORD.search(one)))


def words_of(reading: str) -> list[str]:
    """The words of a reading; nothing in them means anything to a query of PostgreSQL."""
    return WORD.findall(reading)


def number_in(text: str) -> int | None:
    """The ticket's number, where nothing but one was typed: "1234 5678", "№ 12345678"."""
    digits = re.sub(r"[\s№#-]", "", tidy(text))
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def _in_cyrillic(text: str) -> str:
    for latin, cyrillic in SOUNDS:
        text = text.replace(latin, cyrillic)
    return text

"""What somebody may have meant by what they typed: as it stands, in the other keyboard layout, in the other alphabet.

Pure. `ghbynth` is «принтер» typed without switching the keyboard, `printer` is the same word in Latin letters.
"""

import re

LONGEST = 200
LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
TO_RUSSIAN_KEYS = str.maketrans(LATIN_KEYS + '{}:"<>~', RUSSIAN_KEYS + "хъжэбюё")
TO_LATIN_KEYS = str.maketrans(RUSSIAN_KEYS, LATIN_KEYS)
CYRILLIC = re.compile("[а-яё]")
LATIN = re.compile("[a-z]")
WORD = re.compile(r"\w+")

#: Longest first, so that "shch" is never read as "sh" and "ch".
SOUNDS = (
    ("shch", "щ"), ("sch", "щ"), ("yo", "ё"), ("jo", "ё"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"),
    ("sh", "ш"), ("yu", "ю"), ("ju", "ю"), ("ya", "я"), ("ja", "я"), ("a", "а"), ("b", "б"), ("v", "в"),
    ("w", "в"), ("g", "г"), ("d", "д"), ("e", "е"), ("z", "з"), ("i", "и"), ("j", "й"), ("k", "к"), ("c", "к"),
    ("q", "к"), ("l", "л"),
    ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"),
    ("h", "х"), ("y", "ы"), ("x", "кс"), ("'", "ь"),
)  # fmt: skip
LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


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
        found += [typed.translate(TO_LATIN_KEYS), _in_latin(typed)]
    return list(dict.fromkeys(one for one in map(tidy, found) if WORD.search(one)))


def words_of(reading: str) -> list[str]:
    """The words of a reading; nothing in them means anything to a query of PostgreSQL."""
    return WORD.findall(reading.replace("_", " "))


def number_in(text: str) -> int | None:
    """The ticket's number, where nothing but one was typed: "1234 5678", "№ 12345678"."""
    digits = re.sub(r"[\s№#-]", "", tidy(text))
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def _in_cyrillic(text: str) -> str:
    for latin, cyrillic in SOUNDS:
        text = text.replace(latin, cyrillic)
    return text


def _in_latin(text: str) -> str:
    return "".join(LETTERS.get(letter, letter) for letter in text)

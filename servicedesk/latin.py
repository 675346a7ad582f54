"""Russian, and its neighbours' letters, as Latin ones."""

SOUNDS = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya i yi ye g u".split()
LATIN = {
    letter: sound.strip(".") for letter, sound in zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў", SOUNDS, strict=True)
}


def in_latin(text: str) -> str:
    """`text` in small letters, each Cyrillic one by its sound; hard and soft signs are left out."""
    return "".join(LATIN.get(letter, letter) for letter in text.lower())

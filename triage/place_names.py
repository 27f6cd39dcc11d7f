"""Fold the many spellings of a place name into one key."""

import re
import unicodedata
from typing import Final

LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "OE", "Æ": "AE", "ß": "ss", "ø": "o"})
_WORD: Final = re.compile(r"[a-z]+|[0-9]+")

# Words that people leave out or swap: they tell no two communes of a département apart.
CONNECTORS: Final = frozenset(
    "a au aux d de des du en et l la le les lez ls s sur".split()  # noqa: SIM905
)
SHORT_WORDS: Final = {
    "saint": "st",
    "sainte": "ste",
    "gd": "grand",
    "grd": "grand",
    "gde": "grande",
    "grde": "grande",
    "pte": "petite",
    "ptite": "petite",
    "vx": "vieux",
    "fg": "faubourg",
    "fbg": "faubourg",
    "ht": "haut",
    "chtau": "chateau",
    "vileneuve": "villeneuve",
    "vilneuve": "villeneuve",
    "vilenneuve": "villeneuve",
    "villenneuve": "villeneuve",
    "villeuneuve": "villeneuve",
    "villneuve": "villeneuve",
    "vneuve": "villeneuve",
}


# Cyrillic and Greek letters that look Latin, each before the letter that it stands for.
_LOOKALIKES: Final = "аaеeоoрpсcуyхxіiјjѕsАaЕeОoРpСcУyХxВbНhКkМmТtαaοoεeιi"


def _letters() -> dict[int, str]:
    """Map each accented, wide or look-alike letter to one plain letter.

    One for one, so that offsets in the folded text are those of the original.
    """
    pairs = zip(_LOOKALIKES[::2], _LOOKALIKES[1::2], strict=True)
    table = {ord(wide): plain for wide, plain in pairs}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00), *range(0xFF21, 0xFF5B)):
        plain = unicodedata.normalize("NFKD", chr(code))[0].lower()
        if plain.isascii() and plain.isalpha():
            table[code] = plain
    for code in range(ord("A"), ord("Z") + 1):
        table[code] = chr(code + 32)
    table.update({ord("Œ"): "œ", ord("Æ"): "æ"})
    return table


LETTERS: Final = _letters()


def fold(text: str) -> str:
    """Lower case without accents, ligatures or punctuation: words of a-z and 0-9, single spaces."""
    plain = text.translate(LETTERS).replace("œ", "oe").replace("æ", "ae")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).lower()
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(_WORD.findall(plain))


def short_word(word: str) -> str:
    """One form for words with a customary abbreviation: `saint` and `st` are the same."""
    return SHORT_WORDS.get(word, word)


def key_words(folded: str) -> tuple[str, ...]:
    """Keep the words that make the name, without articles and prepositions."""
    words = [short_word(word) for word in folded.split()]
    return tuple(word for word in words if word not in CONNECTORS) or tuple(words)


def key_of(folded: str) -> str:
    """Give the key under which a folded name is looked up."""
    return " ".join(key_words(folded))


def glued(folded: str) -> str:
    """Give the name without any space, as thumbs type it and as edit distance wants it."""
    return folded.replace(" ", "")

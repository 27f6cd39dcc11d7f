"""Fold the many spellings of a place name into one key."""

import re
import unicodedata
from typing import Final

LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "OE", "Æ": "AE", "ß": "ss", "ø": "o"})
_WORD: Final = re.compile(r"[a-z]+|[0-9]+")

# Words that people leave out or swap: they tell no two communes of a département apart.
CONNECTORS: Final = frozenset(
    "a au aux d de des du en et l la le les lez ls s ss sous sur".split()  # noqa: SIM905
)
_SHORT_WORDS: Final = {
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
}


def fold(text: str) -> str:
    """Lower case without accents, ligatures or punctuation: words of a-z and 0-9, single spaces."""
    plain = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    unmarked = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(_WORD.findall(unmarked.lower()))


def short_word(word: str) -> str:
    """One form for words with a customary abbreviation: `saint` and `st` are the same."""
    return _SHORT_WORDS.get(word, word)


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

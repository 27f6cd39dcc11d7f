"""Pure: whether a text has one of the words that would put a sender in danger."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

_TOKEN: Final = re.compile(r"[^\W_]+")
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})
_INVISIBLE: Final = frozenset({"Cf", "Mn", "Me"})
_PLURALS: Final = ("", "s", "x")


def first_avoided(text: str, words: Iterable[str]) -> str | None:
    """The first of `words` that stands in the text, as it was noted.

    Case, accents, plurals, line ends and signs that nobody sees make no difference; a word within
    a longer one is another word.
    """
    plain = _plain(text)
    tokens = _TOKEN.findall(plain)
    return next((word for word in words if _stands_in(_plain(word), plain, tokens)), None)


def _stands_in(word: str, plain: str, tokens: Sequence[str]) -> bool:
    sought = _TOKEN.findall(word)
    if not sought:
        return bool(word.strip()) and word.strip() in plain
    length = len(sought)
    return any(
        all(map(_is_same, tokens[start : start + length], sought))
        for start in range(len(tokens) - length + 1)
    )


def _is_same(token: str, sought: str) -> bool:
    return any(token == sought + end or token + end == sought for end in _PLURALS)


def _plain(text: str) -> str:
    """Small letters without accents, composed or not, and without what nobody sees."""
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_LIGATURES)
    return "".join(c for c in folded if unicodedata.category(c) not in _INVISIBLE)

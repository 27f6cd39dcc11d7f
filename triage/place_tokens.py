"""Cut a text into folded words whose offsets are those of the text."""

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

from triage.place_names import LETTERS, SHORT_WORDS

# Latin letters with any mark, and the Greek, Cyrillic and wide letters that look like them.
_TOKEN: Final = re.compile(
    r"[a-z\u00df-\u024f\u0300-\u036f\u03b1-\u04ff\u1e00-\u1eff\uff41-\uff5a]+|[0-9]+"
)
_JOINT: Final = re.compile(r"[ \t\u00a0'’ʼ`´/-]{0,3}\Z|\. ?\Z")
# Digits and signs that stand for letters, inside a word of letters.
_MASK: Final = re.compile(r"[0-9@€$][a-z]|[a-z][0-9@€$]")
_MASKED: Final = re.compile(
    r"[a-z]{1,20}[0-9@€$]{1,3}[a-z0-9@€$]{0,20}|[0-9@€$][a-z][a-z0-9@€$]{3,20}"
)
_MASKS: Final = str.maketrans("013457@€$8", "oieastaesb")
_SPELLED_OUT: Final = str.maketrans({"œ": "oe", "æ": "ae"} | {chr(c): "" for c in range(768, 880)})
_STRONG_BREAK: Final = frozenset(".!?;:…\n\r|")
_PAUSE: Final = _STRONG_BREAK | frozenset(',()[]«»"–—')


@dataclass(frozen=True, slots=True)
class Tokens:
    """The folded words and numbers of a text, with their offsets in it.

    Three lists and not a list of objects: every text is cut so, and most name no place.
    """

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]

    def gap(self, at: int) -> str:
        """Give what stands before a token."""
        return self.text[self.ends[at - 1] if at else 0 : self.starts[at]]

    def broken(self, at: int) -> bool:
        """Tell whether a sentence or line ends before a token."""
        if at in {0, len(self.words)}:
            return True
        gap = self.gap(at)
        return gap != " " and not _STRONG_BREAK.isdisjoint(gap)

    def joined(self, at: int) -> bool:
        """Tell whether a token and the one before can belong to one name."""
        gap = self.gap(at)
        if gap == " ":
            return True
        return _JOINT.match(gap) is not None and (gap[:1] != "." or self.words[at - 1] == "st")

    def paused(self, at: int) -> bool:
        """Tell whether at least a comma or bracket stands before a token."""
        if at in {0, len(self.words)}:
            return True
        gap = self.gap(at)
        return gap != " " and not _PAUSE.isdisjoint(gap)


def tokens_of(text: str, names: Container[str]) -> Tokens:
    """Split a text into folded words; offsets stay those of the text."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters, such as « İ », become two
        lowered = text.translate(LETTERS)
    if _MASK.search(lowered) is not None:
        lowered = _MASKED.sub(partial(_unmasked, names=names), lowered)
    spans = [found.span() for found in _TOKEN.finditer(lowered)]
    words = [lowered[start:end] for start, end in spans]
    if not lowered.isascii():
        words = [word if word.isascii() else _plain(word) for word in words]
    if not SHORT_WORDS.keys().isdisjoint(words):
        words = [SHORT_WORDS.get(word, word) for word in words]
    return Tokens(text, words, [start for start, _ in spans], [end for _, end in spans])


def _plain(word: str) -> str:
    return word.translate(LETTERS).translate(_SPELLED_OUT)


def _unmasked(found: re.Match[str], names: Container[str]) -> str:
    """Read « v4lenciennes » as the name that it masks, letter for letter; leave all else."""
    word = found.group().translate(_MASKS)
    return word if word in names else found.group()


def is_cased(text: str) -> bool:
    """Tell whether capitals mean anything in a text: it has small letters and not only starts."""
    return any(a.islower() and b.islower() for a, b in pairwise(text[:400]))

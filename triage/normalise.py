"""Cut a text into canonical words, each with its exact place in the original."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from triage.numbers import join_spoken
from triage.signs import Plain, plain
from triage.spelling import Speller

# Cyrillic and Greek letters that pass for Latin ones, used to slip under word lists.
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕԁһԛԝкмтвнАВЕКМНОРСТУХІЈЅαοερντικυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑɡıℓ",
    "aeopcyxijsdhqwkmtbnabekmhopctyxijsaoepvtikuxabezhikmnoptyxagil",
)
_FOLDED_AHEAD: Final = ((0x00, 0x250), (0x1E00, 0x1F00))

_TOKEN: Final = re.compile(
    r"(?:qu|jusqu|lorsqu|puisqu|[jldmtsnc])'(?=[a-z])|[a-z0-9]+(?:[*@$#!|]+[a-z0-9]+)*|(?<=\s)-+(?=\s)|[.?!\n,;:€%]|[^\s\x00-\x7f«»]"
)
# Three or more lone signs in a row: « s u i c i d e », « p.u.t.e ».
_SPACED: Final = re.compile(r"(?<![a-z0-9'])[a-z0-9*](?:[ .\-_/][a-z0-9*]){2,14}(?![a-z0-9])")
_LETTER: Final = re.compile(r"[a-z]")
_FOREIGN_LETTER: Final = re.compile(r"[^\W\d_a-z]")


def _fold_character(character: str) -> str:
    lowered = unicodedata.normalize("NFKD", character.translate(_LOOKALIKES)).lower()
    lowered = lowered.replace("œ", "oe").replace("æ", "ae").replace("ß", "ss").replace("ø", "o")
    kept = "".join(c for c in lowered if not unicodedata.combining(c))
    return kept.translate(_LOOKALIKES)


def _folding_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for low, high in _FOLDED_AHEAD:
        for code in range(low, high):
            folded = _fold_character(chr(code))
            if folded != chr(code):
                table[code] = folded
    for code in _LOOKALIKES:
        table[code] = _fold_character(chr(code))
    for code in range(0x300, 0x370):
        table[code] = ""
    return table


_FOLD: Final = _folding_table()
# Signs that fold to none or to several: only then do offsets have to be mapped.
_RESIZED: Final = re.compile("[" + "".join(chr(c) for c, f in _FOLD.items() if len(f) != 1) + "]")


@dataclass(frozen=True, slots=True)
class Words:
    """The canonical words of a text; `text[starts[i]:ends[i]]` is where word `i` was written.

    Punctuation marks are words too. A texting form that stands for several words gives several
    with the same place.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    unknown: int
    letters: int
    foreign_letters: int


def fold(text: str) -> str:
    """Plain signs, lower case, no accents."""
    return _folded(plain(text).text)[0]


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The same of plain signs, and the place in `text` of each sign where the two differ."""
    if _RESIZED.search(text) is None:
        return text.translate(_FOLD), None
    signs: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        folded = _FOLD.get(ord(character), character)
        signs.append(folded)
        places.extend([place] * len(folded))
    places.append(len(text))
    return "".join(signs), places


def read(text: Plain, speller: Speller) -> Words:
    """Read a text as canonical words, whose places are those in what was written."""
    folded, places = _folded(text.text)
    folded = _join_spaced_letters(folded, speller)
    words, starts, ends, unknown = _canonical_words(folded, speller)
    join_spoken(words, starts, ends, folded)
    doubtful = [index for index, word in enumerate(words) if word in speller.doubtful]
    if doubtful:
        speller.settle_doubtful(words, starts, ends, doubtful)
    if places is not None:
        starts = [places[start] for start in starts]
        ends = [places[end - 1] + 1 for end in ends]
    if text.starts is not None and text.ends is not None:
        starts = [text.starts[start] for start in starts]
        ends = [text.ends[end - 1] for end in ends]
    letters, foreign = _count_letters(text.text, folded)
    return Words(words, starts, ends, unknown, letters, foreign)


def _canonical_words(folded: str, speller: Speller) -> tuple[list[str], list[int], list[int], int]:
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    unknown = 0
    known = speller.known.get
    for match in _TOKEN.finditer(folded):
        token = match.group()
        canonical = known(token)
        if canonical is None:
            canonical, understood = speller.spell(token)
            unknown += not understood
        start, end = match.span()
        words.extend(canonical)
        starts.extend([start] * len(canonical))
        ends.extend([end] * len(canonical))
    return words, starts, ends, unknown


def _join_spaced_letters(folded: str, speller: Speller) -> str:
    """Write « p.u.t.e » as « pute    », so that every other place stays where it was."""
    pieces: list[str] = []
    done = 0
    for match in _SPACED.finditer(folded):
        spaced = match.group()
        joined = "".join(sign for sign in spaced if sign.isalnum() or sign == "*")
        if not speller.is_cue_word(joined):
            continue
        pieces += [folded[done : match.start()], "\x00" * (len(spaced) - len(joined)), joined]
        done = match.end()
    return folded if not pieces else "".join(pieces) + folded[done:]


def _count_letters(text: str, folded: str) -> tuple[int, int]:
    if text.isascii() or _FOREIGN_LETTER.search(folded) is None:
        return len(text), 0
    foreign = len(_FOREIGN_LETTER.findall(folded))
    return foreign + len(_LETTER.findall(folded)), foreign

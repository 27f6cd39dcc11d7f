"""Read numbers written in words: « dix-sept », « vingt et un », « deux cents »."""

# The numbers below are the grammar of French numerals.
# ruff: noqa: PLR2004

from collections.abc import Sequence
from typing import Final

_TENS: Final = frozenset({20, 30, 40, 50, 60, 80})
_HUNDREDS: Final = frozenset({"cent", "cents"})
# « neuf » is also « new », « un » also « a »: numbers only before these or behind tens.
_COUNTED: Final = frozenset({"ans", "an", "mois", "jours", "euros", "heures", "h", "fois"})


def join_spoken(words: list[str], starts: list[int], ends: list[int], folded: str) -> None:
    """Make one number of the number words that follow each other, in place.

    `words` are canonical, so that « dix » is there as "10"; what was written in figures is not
    joined: « 16 15 » stays two numbers.
    """
    last = len(words) - 1
    for place in range(last, -1, -1):
        value = _spoken(words, starts, folded, place)
        if value is None:
            if words[place] == "neuf" and place < last and words[place + 1] in _COUNTED:
                words[place] = "9"
            continue
        joined, end = _joined(value, words, starts, folded, place + 1)
        if end > place + 1:
            words[place:end] = [str(joined)]
            ends[place:end] = [ends[end - 1]]
            starts[place:end] = [starts[place]]
            last = len(words) - 1


def _spoken(words: Sequence[str], starts: Sequence[int], folded: str, place: int) -> int | None:
    """The value of a number that was written in letters."""
    if place >= len(words):
        return None
    word = words[place]
    if word in _HUNDREDS:
        return 100
    if not word.isdecimal() or not folded[starts[place]].isalpha():
        return None
    return int(word)


def _joined(
    value: int, words: Sequence[str], starts: Sequence[int], folded: str, place: int
) -> tuple[int, int]:
    """What a number comes to with the one behind it, and the word behind both."""
    linked = place < len(words) and words[place] == "et"
    after = place + 1 if linked else place
    following = _spoken(words, starts, folded, after)
    if following is None and after < len(words) and value in _TENS | {10}:
        following = {"neuf": 9, "un": 1, "une": 1}.get(words[after])
        following = following if following == 9 or linked else None
    if following is None or not _may_join(value, following, linked=linked):
        return value, place
    if value == 4:
        return _joined(following + 60, words, starts, folded, after + 1)
    hundreds = (value - 1) * 100 if following >= 100 else value
    return hundreds + following, after + 1


def _may_join(value: int, following: int, *, linked: bool) -> bool:
    if value in _TENS:
        return following < (20 if value in {60, 80} else 10) and (
            not linked or following in {1, 11}
        )
    if linked:
        return False
    if value == 10:
        return following in {7, 8, 9}
    if value == 4 and 20 <= following < 40:
        return True
    if value == 100:
        return following < 100
    return 2 <= value <= 9 and 100 <= following < 200

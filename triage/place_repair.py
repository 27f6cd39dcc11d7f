"""Repair a misspelt place name: by its sound, « coudekerk », or by one slip, « robuaix »."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapidfuzz.distance import OSA

from triage.place_data import read_word_list

# Spellings of one sound, longer ones first; each group of the pattern has its sound below.
_SPELLINGS: Final = re.compile(
    r"(eaux?|aux?|ault?)|(s?ch|sh)|(qu|ck|k|c(?=[aourltnk]|$))|(ss|[szç]|c(?=[eiy]))|(ph)|(w)|(h)"
    r"|(y|ll(?=[ey]))|(oeu|eu|oe|ai[ns](?=[st]?$)|ai|ei)"
    r"|([ae][mn](?=[bcdfgjklpqrstvz]|$))|(gu(?=[ei]))|(g(?=[ei]))"
)
_SOUNDS: Final = ("", "o", "ch", "k", "s", "f", "v", "", "i", "e", "an", "g", "j")
_DOUBLES: Final = re.compile(r"(.)\1+")
_SILENT_END: Final = re.compile(r"(?:e?s|e[rt]|e|[txd])$")


def sound_of(word: str) -> str:
    """Give a rough sound of a folded word; names that sound alike get the same."""
    sound = _SPELLINGS.sub(_sound, word)
    return _SILENT_END.sub("", _DOUBLES.sub(r"\1", sound))


def _sound(found: re.Match[str]) -> str:
    return _SOUNDS[found.lastindex or 0]


_LEAST_LETTERS: Final = 5
_LEAST_FOR_A_SLIP: Final = 6
_MOST_LETTERS: Final = 30
_MOST_ERRORS: Final = 3
_LEAST_SOUND: Final = 4


@dataclass(frozen=True, slots=True)
class Repairs:
    """Names by their sound and by what is left of them when one letter is taken out.

    `refused` are words that are near a name and stay what they are.
    """

    sounds: Mapping[str, str]
    shortened: Mapping[str, str]
    teams: Mapping[str, str]
    refused: frozenset[str]

    def repaired(self, word: str) -> str | None:
        """Give the name that a folded word misspells, or None: never for a word of its own."""
        if not _LEAST_LETTERS <= len(word) <= _MOST_LETTERS or word in self.refused:
            return None
        name = self._with_one_slip(word) or self.sounds.get(sound_of(word))
        if name is None or OSA.distance(word, name, score_cutoff=_MOST_ERRORS) > _MOST_ERRORS:
            return None
        return name

    def _with_one_slip(self, word: str) -> str | None:
        found = None
        for form in (word, *_without_one_letter(word)):
            name = self.shortened.get(form)
            if name is None or OSA.distance(word, name, score_cutoff=1) > 1:
                continue
            if found is not None and self.teams[found] != self.teams[name]:
                return None
            found = name
        return found


def _without_one_letter(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def build_repairs(teams: Mapping[str, str], folder: Path) -> Repairs:
    """Index names of one word by how they are misspelt; `teams` maps each to its team.

    A misspelling that names of two teams share repairs to neither. Without a list of the words
    that must stay as they are, nothing is repaired: a wrong team is worse than none.
    """
    path = folder / "never_repaired.toml"
    refused = read_word_list(path, "words") | read_word_list(path, "common")
    if not path.exists():
        return Repairs({}, {}, {}, refused)
    sounds = _shared_out(((sound_of(name), name) for name in teams), teams)
    for sound in read_word_list(path, "sounds"):
        sounds.pop(sound, None)
    long = [name for name in teams if len(name) >= _LEAST_FOR_A_SLIP]
    shortened = _shared_out(
        ((form, name) for name in long for form in (name, *_without_one_letter(name))), teams
    )
    return Repairs(
        {sound: name for sound, name in sounds.items() if len(sound) >= _LEAST_SOUND},
        shortened,
        teams,
        refused,
    )


def _shared_out(pairs: Iterable[tuple[str, str]], teams: Mapping[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    shared = set()
    for form, name in pairs:
        other = kept.setdefault(form, name)
        if teams[other] != teams[name]:
            shared.add(form)
    for form in shared:
        del kept[form]
    return kept

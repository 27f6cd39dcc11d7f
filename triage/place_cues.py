"""The words around a place name that say whether it is a place, and whose."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from triage.place_data import read_word_lists

_OWNERS: Final = ("institutions", "now", "home", "placed", "left", "persons", "others", "past")


@dataclass(frozen=True, slots=True)
class PlaceCues:
    """Folded words, by what they say of a place beside them; each is a list of contexts.toml.

    `owners` are all that may stand before « de » and a place.
    """

    prepositions: frozenset[str]
    determiners: frozenset[str]
    titles: frozenset[str]
    institutions: frozenset[str]
    streets: frozenset[str]
    home: frozenset[str]
    placed: frozenset[str]
    left: frozenset[str]
    now: frozenset[str]
    past: frozenset[str]
    usual: frozenset[str]
    others: frozenset[str]
    persons: frozenset[str]
    over: frozenset[str]
    work: frozenset[str]
    professions: frozenset[str]
    going: frozenset[str]
    negations: frozenset[str]
    corrections: frozenset[str]
    breaks: frozenset[str]
    units: frozenset[str]
    being: frozenset[str]
    owners: frozenset[str]


def read_place_cues(folder: Path) -> PlaceCues:
    path = folder / "contexts.toml"
    names = [each.name for each in fields(PlaceCues) if each.name != "owners"]
    lists = read_word_lists(path, names)
    owners = frozenset().union(*(lists[name] for name in _OWNERS))
    return PlaceCues(**lists, owners=owners)

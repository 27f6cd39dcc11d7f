"""The words around a place name that say whether it is a place, and whose."""

from dataclasses import dataclass, fields
from pathlib import Path

from triage.place_data import read_word_list


@dataclass(frozen=True, slots=True)
class PlaceCues:
    """Folded words, by what they say of a place beside them; each is a list of contexts.toml."""

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


def read_place_cues(folder: Path) -> PlaceCues:
    path = folder / "contexts.toml"
    return PlaceCues(**{each.name: read_word_list(path, each.name) for each in fields(PlaceCues)})

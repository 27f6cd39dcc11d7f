"""Everything that can be a place in a text, under the key of its words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

from triage.place_data import LocalNames, PlacesError, read_phrases, read_word_list
from triage.place_lookup import NameIndex
from triage.place_names import CONNECTORS, fold, glued, key_of
from triage.place_repair import Repairs, build_repairs
from triage.vocabulary import OUTSIDE_TERRITORY, Territory

# Below so many thousands a place elsewhere is a village.
TOWN_THOUSANDS: Final = 5
_LEAST_GLUED: Final = 7
_LEAST_REPAIRED: Final = 5
_LEAST_SHORTENED: Final = 6
# Between the words of a name these are left out or swapped freely; others, as in « à la porte à
# Arras », make another phrase unless the name has them.
LOOSE_CONNECTORS: Final = CONNECTORS - {"a", "au", "aux", "en", "et"}


class Strength(IntEnum):
    """How much evidence a name needs beside it, least first."""

    SURE = 0
    LIKELY = 1
    WORD = 2


@dataclass(frozen=True, slots=True)
class Place:
    """What a name in a text stands for.

    `territories` has several members for a name shared by communes of several districts.
    `extra` is evidence asked beyond that of the strength, for the smaller places elsewhere.
    """

    name: str
    territories: tuple[Territory, ...]
    strength: Strength
    connectors: frozenset[str] = frozenset()
    articled: bool = False
    country: bool = False
    extra: int = 0


@dataclass(frozen=True, slots=True)
class PlaceLexicon:
    """Names by key.

    `first_words` and `first_pairs` are what names of several words begin with; a misspelt one is
    looked for only after a word of `repaired_after` or before one of `repaired_before`.
    """

    places: Mapping[str, Place]
    elsewhere: Mapping[str, int]
    ordinary: frozenset[str]
    first_words: frozenset[str]
    first_pairs: frozenset[str]
    repaired_after: frozenset[str]
    repaired_before: frozenset[str]
    repairs: Repairs
    postal_codes: Mapping[str, tuple[Territory, ...]]
    postal_codes_elsewhere: frozenset[str]
    departement: str


def build_place_lexicon(
    folder: Path,
    departement: str,
    *,
    names: NameIndex,
    local: LocalNames,
    districts: Mapping[str, Territory],
    postal_codes: Mapping[str, tuple[Territory, ...]],
    postal_codes_elsewhere: frozenset[str],
) -> PlaceLexicon:
    ordinary = frozenset(
        word.replace("_", " ") for word in read_word_list(folder / "ordinary_words.toml", "words")
    )
    places = dict(_outside(folder, names, ordinary))
    for place_key, place in _local(names, local, districts, ordinary):
        # An abbreviation must not take the place of the name that it abbreviates.
        known = places.get(place_key)
        if known is None or (known.name, known.territories) != (place.name, place.territories):
            places[place_key] = place
    elsewhere = _told_from_words(names.elsewhere, ordinary)
    first_words, first_pairs = _beginnings((*elsewhere, *places))
    long_names = [key.split(" ") for key in names.official if " " in key]
    return PlaceLexicon(
        places=places,
        elsewhere=elsewhere,
        ordinary=ordinary,
        first_words=first_words,
        first_pairs=first_pairs,
        repaired_after=frozenset(words[0] for words in long_names) - ordinary,
        repaired_before=frozenset(words[1] for words in long_names),
        repairs=build_repairs(_repairable(places), folder / departement),
        postal_codes=postal_codes,
        postal_codes_elsewhere=postal_codes_elsewhere,
        departement=departement,
    )


def _told_from_words(elsewhere: Mapping[str, int], ordinary: frozenset[str]) -> dict[str, int]:
    """Leave out villages elsewhere whose name begins with a word: Pas, Fille, Mère, Hommes.

    Nobody here names them, and their words are in every message.
    """
    return {
        key: thousands
        for key, thousands in elsewhere.items()
        if thousands >= TOWN_THOUSANDS
        or (key not in ordinary and key.partition(" ")[0] not in ordinary)
    }


def _beginnings(keys: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    firsts: set[str] = set()
    pairs: set[str] = set()
    for key in keys:
        if " " in key:
            words = key.split(" ", 2)
            firsts.add(words[0])
            pairs.add(f"{words[0]} {words[1]}")
    return frozenset(firsts), frozenset(pairs)


def _outside(
    folder: Path, names: NameIndex, ordinary: frozenset[str]
) -> Iterator[tuple[str, Place]]:
    for field in ("countries", "names"):
        for folded in read_phrases(folder / "outside.toml", field):
            key = key_of(folded)
            if key not in names.official:
                yield (
                    key,
                    Place(
                        key.title(),
                        (OUTSIDE_TERRITORY,),
                        Strength.WORD if key in ordinary else Strength.SURE,
                        frozenset(folded.split()) & CONNECTORS,
                        articled=folded.startswith(("le ", "la ", "les ", "l ")),
                        country=field == "countries",
                    ),
                )


def _local(
    names: NameIndex,
    local: LocalNames,
    districts: Mapping[str, Territory],
    ordinary: frozenset[str],
) -> Iterator[tuple[str, Place]]:
    def team(name: str) -> Territory:
        if name not in names.by_name:
            raise PlacesError(f"short_forms.toml names {name!r}, which is no commune here")
        return districts[names.communes[names.by_name[name]].arrondissement]

    shortened = _first_words_of(names, districts)
    yield from (
        (key, Place(key.title(), found, Strength.LIKELY))
        for key, found in shortened.items()
        if key not in ordinary
    )
    for name in names.by_name:
        strength = Strength.WORD if key_of(fold(name)) in ordinary else Strength.SURE
        yield from _spelled(fold(name), Place(name, (team(name),), strength))
    for table, strength in ((local.weak, Strength.WORD), (local.sure, Strength.SURE)):
        for folded, commune in table.items():
            yield from _spelled(folded, Place(commune, (team(commune),), strength))
    for folded, communes in local.several.items():
        teams = tuple(sorted({team(commune) for commune in communes}))
        yield from _spelled(folded, Place(folded.title(), teams, Strength.WORD))
    for folded, code in local.districts.items():
        yield from _spelled(folded, Place(folded.title(), (districts[code],), Strength.SURE))


def _first_words_of(
    names: NameIndex, districts: Mapping[str, Territory]
) -> dict[str, tuple[Territory, ...]]:
    """Give the first words of long names, as people shorten them: Hallennes, Armbouts."""
    teams: dict[str, set[Territory]] = {}
    for key, insee in names.official.items():
        first, _, rest = key.partition(" ")
        if rest and len(first) >= _LEAST_SHORTENED:
            team = districts[names.communes[insee].arrondissement]
            teams.setdefault(first, set()).add(team)
    return {first: tuple(sorted(found)) for first, found in teams.items()}


def _spelled(folded: str, place: Place) -> Iterator[tuple[str, Place]]:
    """Give the place under the keys of its usual spellings."""
    words = folded.split()
    whole = Place(
        place.name,
        place.territories,
        place.strength,
        frozenset(words) & CONNECTORS,
        articled=words[0] in {"le", "la", "les", "l"},
    )
    for key in _keys(folded):
        yield key, whole


def _keys(folded: str) -> Iterable[str]:
    key = key_of(folded)
    keys = {key, _elided(folded)}
    for spelling in (glued(folded), glued(key), glued(folded.replace("saint", "st"))):
        if len(spelling) >= _LEAST_GLUED and " " in key:
            keys.add(spelling)
    return keys


def _elided(folded: str) -> str:
    """Key of the name with its apostrophes left out: `villeneuve dascq`."""
    words = folded.split()
    for at in range(len(words) - 1, 0, -1):
        if words[at - 1] in {"d", "l"}:
            words[at - 1 : at + 1] = [words[at - 1] + words[at]]
    return key_of(" ".join(words))


def _repairable(places: Mapping[str, Place]) -> dict[str, str]:
    """Give the names of one word that a misspelling may stand for, with their team."""
    return {
        key: place.territories[0]
        for key, place in places.items()
        if " " not in key
        and len(key) >= _LEAST_REPAIRED
        and place.strength is Strength.SURE
        and len(place.territories) == 1
        and not place.country
    }

"""Find the commune that a person means by what they typed into a form's field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from triage.place_data import Commune, CommuneTable, LocalNames, PlacesError
from triage.place_names import CONNECTORS, fold, glued, key_of

# A city of this many thousands is meant by its bare name, whatever smaller name resembles it.
CITY_THOUSANDS: Final = 20
_LEAST_PREFIX: Final = 5
_LEAST_FUZZY: Final = 4
_TWO_ERRORS_FROM: Final = 8


@dataclass(frozen=True, slots=True)
class NameIndex:
    """What each key of the département's names stands for, by INSEE code of a present commune."""

    communes: Mapping[str, Commune]
    by_name: Mapping[str, str]
    official: Mapping[str, str]
    local: Mapping[str, str]
    weak: frozenset[str]
    spellings: Mapping[str, frozenset[str]]
    elsewhere: Mapping[str, int]


def build_name_index(table: CommuneTable, local: LocalNames) -> NameIndex:
    """Index present, former and local names; a local name must belong to a known commune."""
    communes = {each.insee: each for each in table.communes if not each.former}
    official: dict[str, str] = {}
    spellings: dict[str, set[str]] = {}
    for each in table.communes:
        folded = fold(each.name)
        official.setdefault(key_of(folded), each.current)
        for spelling in (glued(folded), glued(key_of(folded))):
            spellings.setdefault(spelling, set()).add(each.current)
    by_name = {each.name: each.current for each in table.communes}
    local_codes = {}
    for folded, name in (*local.weak.items(), *local.sure.items()):
        if name not in by_name:
            raise PlacesError(f"{folded!r} is said to be in {name!r}, which is no commune here")
        local_codes[key_of(folded)] = by_name[name]
        spellings.setdefault(glued(key_of(folded)), set()).add(by_name[name])
    frozen = {key: frozenset(codes) for key, codes in spellings.items()}
    weak = frozenset(key_of(folded) for folded in local.weak) - official.keys()
    return NameIndex(communes, by_name, official, local_codes, weak, frozen, table.elsewhere)


def communes_named(typed: str, index: NameIndex) -> frozenset[str]:
    """Give the codes of the communes that the folded words can mean: none, one or several.

    A name as it is written comes first, then the first words of longer names, then typing
    errors. Whatever is equally near is given, so that the person is asked and not guessed.
    """
    key = key_of(typed)
    exact = index.official.get(key) or _exact_spelling(glued(typed), index)
    if exact is None and index.elsewhere.get(key, 0) < CITY_THOUSANDS:
        exact = index.local.get(key)
    if typed.rpartition(" ")[2] in CONNECTORS:
        # « Quesnoy-sur-De-le » lacks letters: its first words alone are another commune.
        exact = _exact_spelling(glued(typed), index)
    if exact is not None and key in index.weak:
        return frozenset({exact}) | _longer_names(key, index)
    if exact is not None:
        return frozenset({exact}) | _longer_and_larger(typed, exact, index)
    if index.elsewhere.get(key, -1) >= CITY_THOUSANDS:
        return _longer_names(key, index)
    return _starting_with(typed, index) | _nearly(typed, index)


def _longer_and_larger(typed: str, exact: str, index: NameIndex) -> frozenset[str]:
    """Give the larger communes that a name without its article may mean as well.

    « Neuville » is rather Neuville-en-Ferrain than La Neuville.
    """
    name = fold(index.communes[exact].name)
    if key_of(typed) in index.local or glued(typed) == glued(name):
        return frozenset()
    if index.official.get(key_of(typed)) != exact or key_of(name) != key_of(typed):
        return frozenset()
    least = index.communes[exact].population
    longer = _longer_names(key_of(typed), index)
    return frozenset(code for code in longer if index.communes[code].population > least)


def _longer_names(key: str, index: NameIndex) -> frozenset[str]:
    """Give the communes whose name begins with the whole words of the key."""
    start = key + " "
    return frozenset(code for name, code in index.official.items() if name.startswith(start))


def is_elsewhere(typed: str, index: NameIndex) -> bool:
    """Tell whether the folded words name a commune outside the département."""
    return key_of(typed) in index.elsewhere


def _exact_spelling(spelling: str, index: NameIndex) -> str | None:
    codes = index.spellings.get(spelling, frozenset())
    return next(iter(codes)) if len(codes) == 1 else None


def _starting_with(typed: str, index: NameIndex) -> frozenset[str]:
    starts = {glued(typed), glued(key_of(typed))}
    if key_of(typed) in {"st", "ste"}:
        return frozenset()
    return _union(
        codes
        for spelling, codes in index.spellings.items()
        for start in starts
        if len(start) >= _LEAST_PREFIX and spelling.startswith(start)
    )


def _nearly(typed: str, index: NameIndex) -> frozenset[str]:
    best: dict[int, set[str]] = {}
    for query in {glued(typed), glued(key_of(typed))}:
        if len(query) < _LEAST_FUZZY:
            continue
        errors = 2 if len(query) >= _TWO_ERRORS_FROM else 1
        near = process.extract(
            query, index.spellings.keys(), scorer=OSA.distance, score_cutoff=errors, limit=None
        )
        for spelling, distance, _ in near:
            if len(query) > _LEAST_FUZZY or spelling[0] == query[0]:
                best.setdefault(int(distance), set()).update(index.spellings[spelling])
    return frozenset(best[min(best)]) if best else frozenset()


def _union(groups: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*groups)

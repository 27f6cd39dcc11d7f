"""Read the table of communes and a département's own names; the only file access for places."""

import csv
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from triage.place_names import CONNECTORS, LIGATURES, fold

PLACES_FOLDER: Final = Path(__file__).parent / "places"
# `population` of places elsewhere is kept in thousands, capped: it only ranks homonyms, and
# small integers are shared by the interpreter.
MOST_THOUSANDS: Final = 255


class PlacesError(ValueError):
    """A file of places contradicts the table of communes or the listening point's districts."""


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune of the configured département, present or former.

    A former one (associated, delegated) has the code of the present commune in `current`, which
    may be its own code too, and no postal code.
    """

    insee: str
    name: str
    arrondissement: str
    postal_codes: tuple[str, ...]
    population: int
    current: str
    former: bool


@dataclass(frozen=True, slots=True)
class CommuneTable:
    """The communes of one département, and of the rest of France only what refuses a place.

    `elsewhere` maps the key of a name outside the département to its population in thousands.
    """

    communes: tuple[Commune, ...]
    elsewhere: Mapping[str, int]
    postal_codes_elsewhere: frozenset[str]


@dataclass(frozen=True, slots=True)
class LocalNames:
    """Names that people of a département use and no register has, each with its commune.

    `weak` names are ordinary words too: they count in a form's field, and in a text only beside
    a word of place. `several` names are shared by communes of different districts.
    `districts` maps a name to an arrondissement code, `cedex` the first digits
    of business postal codes to a commune.
    """

    sure: Mapping[str, str]
    weak: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]
    districts: Mapping[str, str]
    cedex: Mapping[str, str]


def read_communes(folder: Path, departement: str) -> CommuneTable:
    communes: list[Commune] = []
    names: list[str] = []
    populations: list[str] = []
    postal: set[str] = set()
    with (folder / "communes.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for where, insee, name, kind, arrondissement, codes, population, current in rows:
            if where == departement:
                postal_codes = tuple(codes.split())
                people = int(population or 0)
                present = current or insee
                communes.append(
                    Commune(insee, name, arrondissement, postal_codes, people, present, bool(kind))
                )
            else:
                names.append(name)
                populations.append(population)
                postal.update(codes.split())
    if not communes:
        raise PlacesError(f"communes.csv has no commune of département {departement!r}")
    return CommuneTable(tuple(communes), _elsewhere(names, populations), frozenset(postal))


def _elsewhere(names: list[str], populations: list[str]) -> dict[str, int]:
    """Key 34,000 names in one go: folding them one by one would cost half of the start."""
    block = unicodedata.normalize("NFKD", "\n ".join(["", *names]).translate(LIGATURES))
    block = block.encode("ascii", "ignore").decode().lower()
    block = block.replace("-", " ").replace("'", " ")
    block = block.replace(" saint ", " st ").replace(" sainte ", " ste ")
    known: dict[str, int] = {}
    for name, population in zip(block.split("\n")[1:], populations, strict=True):
        key = " ".join([word for word in name.split() if word not in CONNECTORS])
        thousands = min(int(population or 0) // 1000, MOST_THOUSANDS)
        if thousands >= known.get(key, 0):
            known[key] = thousands
    for too_short in ("", "st", "ste"):
        known.pop(too_short, None)
    return known


def read_local_names(folder: Path, departement: str) -> LocalNames:
    """Read what `folder/<departement>/*.toml` adds; a département without files has none."""
    local = folder / departement
    quarters = _table(local / "quarters.toml")
    short_forms = _table(local / "short_forms.toml")
    landmarks = _table(local / "landmarks.toml")
    return LocalNames(
        several={
            fold(name): tuple(communes) for name, communes in short_forms.get("several", {}).items()
        },
        sure=_names(quarters.get("sure"), landmarks.get("sure"), short_forms.get("sure")),
        weak=_names(quarters.get("weak"), landmarks.get("weak"), short_forms.get("weak")),
        districts=_names(_table(local / "districts.toml")),
        cedex=_table(local / "cedex.toml").get("prefixes", {}),
    )


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _names(*tables: Mapping[str, Iterable[str]] | None) -> dict[str, str]:
    """Turn `commune = [names]` round into folded name -> commune."""
    return {
        fold(name): commune
        for table in tables
        for commune, names in (table or {}).items()
        for name in names
    }


def read_word_list(path: Path, name: str) -> frozenset[str]:
    """Read a list of folded words that a TOML file holds as one block of text."""
    return frozenset(str(_table(path).get(name, "")).split())


def read_word_lists(path: Path, names: Iterable[str]) -> dict[str, frozenset[str]]:
    """Read several lists of one file."""
    table = _table(path)
    return {name: frozenset(str(table[name]).split()) for name in names}


def read_phrases(path: Path, name: str) -> frozenset[str]:
    """Read a list of phrases and fold them."""
    return frozenset(fold(phrase) for phrase in _table(path).get(name, ()))

"""Tell which territorial team a commune, a postal code or the places of a text belong to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from triage.assessment import PlaceMention
from triage.place_context import RoledPlace, role_of, settled, territory_of
from triage.place_cues import PlaceCues, read_place_cues
from triage.place_data import (
    PLACES_FOLDER,
    CommuneTable,
    LocalNames,
    PlacesError,
    read_communes,
    read_local_names,
    read_phrases,
)
from triage.place_evidence import Evidence
from triage.place_lexicon import PlaceLexicon, build_place_lexicon
from triage.place_lookup import NameIndex, build_name_index, communes_named, is_elsewhere
from triage.place_names import fold, key_of
from triage.place_search import PlaceSearch
from triage.place_tokens import is_cased, tokens_of
from triage.signs import plain
from triage.vocabulary import OUTSIDE_TERRITORY, UNKNOWN_TERRITORY, Territory

_POSTAL_CODE: Final = re.compile(r"(?<!\d)(\d{2}) ?(\d{3})(?!\d)")
_DEPARTEMENT: Final = re.compile(r"(?<![0-9a-z])(\d{2}|2[ab]|97\d)(?![0-9a-z])")
_NO_NAME: Final = re.compile(r"\b(?:cedex(?: \d{1,2})?|france)\b")


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """What a commune or postal code given by a person stands for.

    `candidates` are the communes to ask among, when a postal code lies in two districts or a
    name is ambiguous; the territory is unknown then.
    """

    territory: Territory
    commune: str | None = None
    insee: str | None = None
    candidates: tuple[str, ...] = ()


_LONGEST_ANSWER: Final = 200
_UNKNOWN: Final = PlaceAnswer(UNKNOWN_TERRITORY)
_OUTSIDE: Final = PlaceAnswer(OUTSIDE_TERRITORY)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The places of one département and their teams; made by `load_gazetteer`, never changed."""

    departement: str
    districts: Mapping[str, Territory]
    table: CommuneTable
    local: LocalNames
    names: NameIndex
    by_postal_code: Mapping[str, tuple[str, ...]]
    district_names: Mapping[str, str]
    said_outside: frozenset[str]
    undisclosed: frozenset[str]
    lexicon: PlaceLexicon
    cues: PlaceCues

    def locate(self, text: str) -> tuple[Territory, tuple[PlaceMention, ...]]:
        """Give the team that the places of a free text point to, and the places it names.

        Where the person is now wins over where they live, and that over other places.
        """
        tokens = tokens_of(text, self.lexicon.places)
        evidence = Evidence(tokens, self.cues, self.lexicon, is_cased(text))
        search = PlaceSearch(tokens, self.lexicon, evidence)
        roled: list[RoledPlace] = []
        places: list[PlaceMention] = []
        mentions = search.mentions()
        for mention in mentions:
            territory = settled(mention.place, mentions)
            start, end = tokens.starts[mention.first], tokens.ends[mention.last]
            roled.append(RoledPlace(territory, role_of(mention, tokens, self.cues)))
            name = mention.place.name or text[start:end]
            places.append(PlaceMention(start, end, name, territory))
        return territory_of(roled), tuple(places)

    def resolve(self, *, commune: str | None = None, postal_code: str | None = None) -> PlaceAnswer:
        """Give the team for what a person put into a form; the commune wins over the code.

        Never guesses between two teams: it answers with candidates, or with the unknown
        territory where nothing is understood.
        """
        commune = plain(commune or "").text
        typed = fold(commune)
        code = _code_in(typed) or _code_in(fold(plain(postal_code or "").text))
        name, number = _name_in(typed)
        if typed in self.said_outside or name in self.said_outside:
            return _OUTSIDE
        if name and typed not in self.undisclosed and name not in self.undisclosed:
            answer = self._of_name(name, number, code)
            if answer == _UNKNOWN and not code:
                answer = self._of_sentence(commune)
            if answer != _UNKNOWN:
                return answer
        return self._of_postal_code(code) if code else _UNKNOWN

    def communes_of(self, postal_code: str) -> tuple[str, ...]:
        """Give the département's communes that share the postal code, sorted."""
        codes = self.by_postal_code.get(_code_in(fold(plain(postal_code).text)), ())
        return tuple(sorted((self.names.communes[code].name for code in codes), key=fold))

    def suggestions(self) -> tuple[str, ...]:
        """Give every name of a commune of the département, former ones too, sorted."""
        return tuple(sorted({each.name for each in self.table.communes}, key=fold))

    def territory_of(self, insee: str) -> Territory:
        return self.districts[self.names.communes[insee].arrondissement]

    def _of_name(self, name: str, number: str, code: str) -> PlaceAnswer:
        if number and number != self.departement:
            return _OUTSIDE
        district = self.district_names.get(key_of(name))
        meant = communes_named(name, self.names)
        if district and not meant:
            return PlaceAnswer(self.districts[district])
        beside = meant & frozenset(self.by_postal_code.get(code, ()))
        elsewhere = is_elsewhere(name, self.names) and not number and not beside
        if elsewhere and code in self.table.postal_codes_elsewhere:
            return _OUTSIDE
        if not meant:
            return _OUTSIDE if elsewhere else _UNKNOWN
        key = key_of(name)
        certain = key in self.names.official or key in self.names.local.keys() - self.names.weak
        return self._one_or_ask(beside or meant, ask=elsewhere and not certain)

    def _of_sentence(self, typed: str) -> PlaceAnswer:
        """Answer « j'habite à Douai » in the field, where all its places have one team."""
        _, places = self.locate(typed[:_LONGEST_ANSWER])
        teams = {place.territory for place in places}
        return PlaceAnswer(teams.pop()) if len(teams) == 1 else _UNKNOWN

    def _of_postal_code(self, code: str) -> PlaceAnswer:
        if code in self.by_postal_code:
            return self._one_or_ask(frozenset(self.by_postal_code[code]), ask=False)
        if code[:2] != self.departement[:2]:
            return _OUTSIDE if code in self.table.postal_codes_elsewhere else _UNKNOWN
        for length in (5, 4, 3):
            name = self.local.cedex.get(code[:length])
            if name:
                return self._one_or_ask(communes_named(fold(name), self.names), ask=False)
        return _UNKNOWN

    def _one_or_ask(self, meant: frozenset[str], *, ask: bool) -> PlaceAnswer:
        territories = {self.territory_of(insee) for insee in meant}
        if ask or len(territories) > 1:
            names = sorted((self.names.communes[insee].name for insee in meant), key=fold)
            return PlaceAnswer(UNKNOWN_TERRITORY, candidates=tuple(names))
        territory = territories.pop()
        if len(meant) > 1:
            return PlaceAnswer(territory)
        (insee,) = meant
        return PlaceAnswer(territory, self.names.communes[insee].name, insee)


def load_gazetteer(
    *,
    departement: str,
    districts: Mapping[str, Territory],
    otherwise: Territory,
    folder: Path | None = None,
) -> Gazetteer:
    """Read the places of a département, whose arrondissements `districts` gives to teams.

    An arrondissement that has no team yet is `otherwise`. Refuses a district that is none of the
    département's: a mistyped code would leave its people without their team.
    """
    folder = folder or PLACES_FOLDER
    table = read_communes(folder, departement)
    there = {each.arrondissement for each in table.communes}
    if unknown := sorted(districts.keys() - there):
        raise PlacesError(
            f"no arrondissement {', '.join(unknown)} in département {departement}:"
            f" there are {', '.join(sorted(there))}"
        )
    districts = dict.fromkeys(there, otherwise) | dict(districts)
    local = read_local_names(folder, departement)
    by_postal_code: dict[str, list[str]] = {}
    for each in table.communes:
        for code in each.postal_codes:
            by_postal_code.setdefault(code, []).append(each.insee)
    names = build_name_index(table, local)
    return Gazetteer(
        departement=departement,
        districts=districts,
        table=table,
        local=local,
        names=names,
        by_postal_code={code: tuple(found) for code, found in by_postal_code.items()},
        district_names={key_of(name): code for name, code in local.districts.items()},
        said_outside=read_phrases(folder / "answers.toml", "outside"),
        undisclosed=read_phrases(folder / "answers.toml", "undisclosed"),
        lexicon=build_place_lexicon(
            folder,
            departement,
            names=names,
            local=local,
            districts=districts,
            postal_codes=_teams_of_codes(by_postal_code, names, districts),
            postal_codes_elsewhere=table.postal_codes_elsewhere,
        ),
        cues=read_place_cues(folder),
    )


def _teams_of_codes(
    by_postal_code: Mapping[str, list[str]],
    names: NameIndex,
    districts: Mapping[str, Territory],
) -> dict[str, tuple[Territory, ...]]:
    return {
        code: tuple(sorted({districts[names.communes[insee].arrondissement] for insee in found}))
        for code, found in by_postal_code.items()
    }


def _code_in(folded: str) -> str:
    found = _POSTAL_CODE.search(folded)
    return found[1] + found[2] if found else ""


def _name_in(folded: str) -> tuple[str, str]:
    """Split what was typed into the name and a département's number beside it."""
    rest = _POSTAL_CODE.sub(" ", _NO_NAME.sub(" ", folded))
    number = _DEPARTEMENT.search(rest)
    name = _DEPARTEMENT.sub(" ", rest)
    return " ".join(name.split()), number[1] if number else ""

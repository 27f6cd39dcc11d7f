"""What a person types as commune or postal code reaches the right team, or asks back."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.place_data import PLACES_FOLDER, PlacesError
from triage.place_names import fold
from triage.territories import Gazetteer, PlaceAnswer, load_gazetteer
from triage.vocabulary import OUTSIDE_TERRITORY, UNKNOWN_TERRITORY, Territory

NO_TEAM = Territory("coordination")
TEAMS = {
    "591": Territory("avesnois"),
    "592": Territory("cambresis"),
    "593": Territory("douaisis"),
    "594": Territory("flandres"),
    "595": Territory("metropole-lilloise"),
    "596": Territory("valenciennois"),
}
SPLIT_POSTAL_CODES = {
    "59171", "59227", "59247", "59252", "59265", "59269", "59283", "59310", "59580", "59990",
}  # fmt: skip
PRESENT_COMMUNES = 647
FORMER_NAMES = 12


def rows_of_the_nord() -> list[dict[str, str]]:
    with (PLACES_FOLDER / "communes.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["departement"] == "59"]


NORD = rows_of_the_nord()


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(departement="59", districts=TEAMS, otherwise=NO_TEAM)


def team_of(row: dict[str, str]) -> Territory:
    return TEAMS[row["arrondissement"]]


def spellings(name: str) -> set[str]:
    spaced = name.replace("-", " ").replace("'", " ")
    short = spaced.replace("Sainte ", "Ste ").replace("Saint ", "St ")
    return {name, name.upper(), fold(name), spaced, short, short.lower(), f"  {name} (59) "}


def test_the_table_holds_every_present_and_former_commune_of_the_nord():
    assert sum(not row["kind"] for row in NORD) == PRESENT_COMMUNES
    assert sum(bool(row["kind"]) for row in NORD) == FORMER_NAMES
    assert "02285" in {row["insee"] for row in NORD}


@pytest.mark.parametrize("row", NORD, ids=lambda row: f"{row['insee']}{row['kind']}")
def test_each_commune_reaches_its_team_in_every_usual_spelling(row, gazetteer):
    present = {each["insee"]: each["name"] for each in NORD if not each["kind"]}

    for typed in spellings(row["name"]):
        answer = gazetteer.resolve(commune=typed)

        assert answer.territory == team_of(row), typed
        assert answer.commune == present[row["current"] or row["insee"]], typed


def test_each_postal_code_gives_its_team_and_a_split_one_asks_for_the_commune(gazetteer):
    teams: dict[str, set[Territory]] = {}
    for row in NORD:
        for code in row["postal_codes"].split():
            teams.setdefault(code, set()).add(team_of(row))
    assert {code for code, found in teams.items() if len(found) > 1} == SPLIT_POSTAL_CODES
    assert len(teams) == 250

    for code, found in teams.items():
        answer = gazetteer.resolve(postal_code=code)
        if code in SPLIT_POSTAL_CODES:
            assert answer.territory == UNKNOWN_TERRITORY
            assert answer.candidates == gazetteer.communes_of(code)
        else:
            assert answer.territory == found.pop()
            assert answer.candidates == ()


def test_a_commune_decides_where_its_postal_code_is_split(gazetteer):
    answer = gazetteer.resolve(commune="Mouchin", postal_code="59310")

    assert answer == PlaceAnswer(TEAMS["595"], "Mouchin", "59419")


@pytest.mark.parametrize(
    ("typed", "team", "commune"),
    [
        ("59500 Douai", "douaisis", "Douai"),
        ("Douai 59500", "douaisis", "Douai"),
        ("59 500", "douaisis", "Douai"),
        ("Quesnoy", "avesnois", "Le Quesnoy"),
        ("quesnoy s/ deule", "metropole-lilloise", "Quesnoy-sur-Deûle"),
        ("St-Amand les eaux", "valenciennois", "Saint-Amand-les-Eaux"),
        ("marcq en baroeul", "metropole-lilloise", "Marcq-en-Barœul"),
        ("Villeneuve d’Ascq", "metropole-lilloise", "Villeneuve-d'Ascq"),
        ("villeneuve dascq", "metropole-lilloise", "Villeneuve-d'Ascq"),
        ("villeneuve d'asq", "metropole-lilloise", "Villeneuve-d'Ascq"),
        ("flers en escrebieu", "douaisis", "Flers-en-Escrebieux"),
        ("Saint-Hilaire s/Helpe", "avesnois", "Saint-Hilaire-sur-Helpe"),
        ("Flines les Raches", "douaisis", "Flines-lez-Raches"),
        ("aulnoy lès valenciennes", "valenciennois", "Aulnoy-lez-Valenciennes"),
        ("Dk", "flandres", "Dunkerque"),
        ("valen", "valenciennois", "Valenciennes"),
        ("RBX", "metropole-lilloise", "Roubaix"),
        ("tcg", "metropole-lilloise", "Tourcoing"),
        ("vda", "metropole-lilloise", "Villeneuve-d'Ascq"),
        ("hellemmes", "metropole-lilloise", "Lille"),
        ("Wazemmes", "metropole-lilloise", "Lille"),
        ("Rosendael", "flandres", "Dunkerque"),
        ("59033 Lille Cedex", "metropole-lilloise", "Lille"),
        ("Escaufourt", "cambresis", "Saint-Souplet"),
        ("le Douaisis", "douaisis", None),
        ("j'habite à Douai", "douaisis", None),
        ("Lille Fives", "metropole-lilloise", "Lille"),
        ("pas loin de Maubeuge", "avesnois", None),
        ("Lile", "metropole-lilloise", "Lille"),
        ("hazbrouck", "flandres", "Hazebrouck"),
        ("Gravlines", "flandres", "Gravelines"),
    ],
)
def test_what_people_type_is_understood(typed, team, commune, gazetteer):
    answer = gazetteer.resolve(commune=typed)

    assert (answer.territory, answer.commune) == (team, commune)


@pytest.mark.parametrize(
    "typed",
    ["hors Nord", "Hors du département", "Arras", "62000 Arras", "Fresnes (94)", "Marly 57",
     "Paris", "75015", "Solesmes 72300", "lens", "Béthune",
     "Mouscron", "Bruxelles", "Belgique"],
)  # fmt: skip
def test_a_place_outside_is_a_valid_answer(typed, gazetteer):
    assert gazetteer.resolve(commune=typed) == PlaceAnswer(OUTSIDE_TERRITORY)


@pytest.mark.parametrize(
    "typed",
    [None, "", "   ", "je préfère ne pas dire", "Je ne sais pas", "asdf", "???", "🙂", "St", "59"],
)
def test_no_place_is_a_valid_answer(typed, gazetteer):
    assert gazetteer.resolve(commune=typed) == PlaceAnswer(UNKNOWN_TERRITORY)


def test_a_commune_that_says_nothing_leaves_the_word_to_the_postal_code(gazetteer):
    answer = gazetteer.resolve(commune="je préfère ne pas dire", postal_code="59400")

    assert answer.territory == "cambresis"


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("Avesnes", ("Avesnes-le-Sec", "Avesnes-les-Aubert", "Avesnes-sur-Helpe")),
        ("Marcq", ("Marcq-en-Barœul", "Marcq-en-Ostrevent")),
        ("Fresnes", ("Fresnes-sur-Escaut",)),
    ],
)
def test_a_name_of_two_teams_asks_back(typed, candidates, gazetteer):
    assert gazetteer.resolve(commune=typed) == PlaceAnswer(UNKNOWN_TERRITORY, candidates=candidates)


def test_a_postal_code_settles_an_ambiguous_name(gazetteer):
    answer = gazetteer.resolve(commune="Marcq", postal_code="59252")

    assert answer.commune == "Marcq-en-Ostrevent"


def test_suggestions_hold_every_name_once_and_sorted(gazetteer):
    names = gazetteer.suggestions()

    assert set(names) == {row["name"] for row in NORD}
    assert list(names) == sorted(set(names), key=fold)


def test_communes_of_an_unknown_postal_code_are_none(gazetteer):
    assert gazetteer.communes_of("75001") == ()
    assert gazetteer.communes_of("nothing") == ()


LONG_NAMES = [row for row in NORD if len(row["name"]) >= 8]
KNOWN_NAMES = {fold(row["name"]) for row in NORD} | {"neuville"}
LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyzéè -'")


@st.composite
def one_typing_error(draw) -> tuple[dict[str, str], str]:
    row = draw(st.sampled_from(LONG_NAMES))
    name = row["name"]
    at = draw(st.integers(0, len(name) - 2))
    letter = draw(LETTERS)
    mistyped = draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + letter + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ]
        )
    )
    return row, mistyped


@given(one_typing_error())
@settings(max_examples=300, deadline=None)
def test_one_typing_error_never_gives_the_wrong_team(gazetteer, case):
    row, mistyped = case
    if fold(mistyped) in KNOWN_NAMES - {fold(row["name"])}:
        return  # Boursies without its r is Bousies, another commune: nobody can tell.

    answer = gazetteer.resolve(commune=mistyped)

    assert answer.territory in {team_of(row), UNKNOWN_TERRITORY}


@given(st.text(max_size=80), st.text(max_size=20))
@settings(deadline=None)
def test_any_text_in_the_fields_gets_an_answer(gazetteer, commune, postal_code):
    answer = gazetteer.resolve(commune=commune, postal_code=postal_code)

    assert isinstance(answer, PlaceAnswer)


def test_another_departement_can_be_configured():
    districts = {str(code): Territory(f"team-{code}") for code in range(621, 628)}

    gazetteer = load_gazetteer(departement="62", districts=districts, otherwise=NO_TEAM)

    assert gazetteer.resolve(commune="Lens").territory == "team-627"
    assert gazetteer.resolve(commune="Lille").territory == OUTSIDE_TERRITORY
    assert gazetteer.resolve(postal_code="62000").territory == "team-621"


def test_an_arrondissement_without_a_team_goes_where_the_caller_says():
    some = {code: team for code, team in TEAMS.items() if code != "592"}

    gazetteer = load_gazetteer(departement="59", districts=some, otherwise=NO_TEAM)

    assert gazetteer.resolve(commune="Caudry").territory == NO_TEAM
    assert gazetteer.resolve(postal_code="59540").territory == NO_TEAM
    assert gazetteer.locate("je suis à Caudry")[0] == NO_TEAM
    assert gazetteer.resolve(commune="Douai").territory == TEAMS["593"]


def test_one_team_may_take_several_arrondissements():
    one = dict.fromkeys(TEAMS, Territory("nord"))

    gazetteer = load_gazetteer(departement="59", districts=one, otherwise=NO_TEAM)

    assert gazetteer.resolve(commune="Caudry").territory == "nord"
    # A postal code of two districts is of one team then: nothing is left to ask.
    assert {gazetteer.resolve(postal_code=code).territory for code in ("59360", "59310")} == {
        "nord"
    }


def test_a_district_that_is_none_of_the_departement_is_refused():
    with pytest.raises(PlacesError, match="no arrondissement 59x in département 59"):
        load_gazetteer(departement="59", districts=TEAMS | {"59x": NO_TEAM}, otherwise=NO_TEAM)


def test_a_departement_without_communes_is_refused(tmp_path: Path):
    header = (PLACES_FOLDER / "communes.csv").read_text(encoding="utf-8").split("\n", 1)[0]
    (tmp_path / "communes.csv").write_text(header + "\n", encoding="utf-8")

    with pytest.raises(PlacesError, match="99"):
        load_gazetteer(departement="99", districts=TEAMS, otherwise=NO_TEAM, folder=tmp_path)

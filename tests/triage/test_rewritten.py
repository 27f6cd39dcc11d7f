"""What Word, telephones and mail programs do to a text changes neither level nor territory."""

import json
import re
import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.rewritten import CHANGES
from cli.parts import load_triage
from dispatch.listening_point import load_listening_point
from runtime.settings import PROJECT_ROOT, load_settings
from triage import Assessment, assess
from triage.letters import read_letter
from triage.signs import plain, showable
from triage.vocabulary import Level

LEARN = PROJECT_ROOT / "corpora" / "learn"
RULES, PLACES = load_triage(load_listening_point(load_settings().listening_point))


def _sample() -> list[str]:
    """Of each writer a text that names a place with a hyphen, or a longer one, in turn."""
    found: list[str] = []
    for number, path in enumerate(sorted(LEARN.glob("[!s]*.jsonl"))):
        texts = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
        hyphen = [text for text in texts if re.search(r"[A-Z]\w+-\w", text)]
        found += hyphen[:1] if number % 2 else [text for text in texts if len(text) > 90][10:11]
    return found


TEXTS = _sample()


@cache
def before(text: str) -> Assessment:
    return assess(text, RULES)


@pytest.mark.parametrize("name", CHANGES)
def test_level_and_territory_hold(name: str):
    for text in TEXTS:
        changed = assess(CHANGES[name](text), RULES)

        assert (changed.level, changed.territory) == (before(text).level, before(text).territory)


@settings(max_examples=60)
@given(st.sampled_from(TEXTS), st.lists(st.sampled_from(list(CHANGES)), min_size=2, max_size=3))
def test_changes_on_top_of_each_other_never_lower(text: str, names: list[str]):
    changed = text
    for name in names:
        changed = CHANGES[name](changed)

    assert assess(changed, RULES).level.rank >= before(text).level.rank


@settings(max_examples=60)
@given(st.sampled_from(TEXTS), st.lists(st.sampled_from(list(CHANGES)), max_size=3))
def test_findings_point_into_what_was_written(text: str, names: list[str]):
    changed = text
    for name in names:
        changed = CHANGES[name](changed)
    assessment = assess(changed, RULES)
    spans = [(found.start, found.end) for found in assessment.findings]
    spans += [(place.start, place.end) for place in assessment.places]
    spans += [assessment.deciding] if assessment.deciding else []

    for start, end in spans:
        assert 0 <= start < end <= len(changed)


@settings(max_examples=300)
@given(
    st.text(
        alphabet=st.sampled_from("aé -'.\n>=\r\t\u00a0\u2011\u00ad\u0301\u200e\ufb01Ａ…"),
        max_size=60,
    )
)
def test_each_sign_knows_where_it_was_written(text: str):
    for found in (plain(text), read_letter(text).whole, read_letter(text).own):
        places = [found.written(at, at + 1) for at in range(len(found.text))]

        assert all(0 <= start < end <= len(text) for start, end in places)
        assert places == sorted(places)
        for sign, (start, end) in zip(found.text, places, strict=True):
            if sign.isalpha():
                seen = re.sub("[\u00ad\u200e]", "", text[start:end])
                assert sign in unicodedata.normalize("NFKC", seen)


def test_the_word_marked_is_the_word_written():
    text = "\ufeffil m\u2019a frap\u00adpe\u0301e hier a\u0300 Saint\u2011Amand"
    assessment = assess(text, RULES)

    assert "Saint\u2011Amand" in [text[place.start : place.end] for place in assessment.places]
    assert any("frap\u00adpe\u0301e" in text[f.start : f.end] for f in assessment.findings)


def words(text: str) -> str:
    return read_letter(text).whole.text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("il est\nlà", "il est\nlà"),  # a line that was ended on purpose
        ("elle vient de\npartir", "elle vient de partir"),  # no sentence ends so
        ("c'est fini.\nil est parti", "c'est fini. il est parti"),
        ("premier\n\nsecond", "premier\nsecond"),
        ("Saint-\nAmand", "Saint-Amand"),
        ("il y a :\n- un couteau\n- une corde", "il y a :\n- un couteau\n- une corde"),
        ("elle a\n• peur", "elle a\n• peur"),
        ("je suis\n[12/05 18:02] Marie: viens", "je suis\n[12/05 18:02] Marie: viens"),
        (
            "Voilà une ligne qui est assez longue pour avoir été coupée par un\nprogramme",
            "Voilà une ligne qui est assez longue pour avoir été coupée par un programme",
        ),
    ],
)
def test_a_line_end_counts_where_somebody_meant_it(written: str, read: str):
    assert words(written) == read


@pytest.mark.parametrize(
    "line",
    [
        "Envoyé de mon iPhone",
        "Envoyé depuis mon mobile Orange",
        "Envoyé depuis l'application Mail Orange",
        "Envoyé à partir d’Outlook pour Android",
        "Télécharger Outlook pour iOS<https://aka.ms/o0ukef>",
        "Envoyé avec la messagerie sécurisée Proton Mail.",
        "Provenance : Courrier pour Windows",
        "Sent from my Samsung Galaxy S21",
        "Get Outlook for Android",
        "Enviado desde mi Xiaomi",
        "Trimis de pe telefonul meu Samsung Galaxy",
        "أُرسلت من الـ iPhone",
    ],
)
def test_what_a_telephone_adds_is_nobody_s_word(line: str):
    assert words(f"aidez-moi\n\n{line}") == words(f"aidez-moi {line}") == "aidez-moi"


@pytest.mark.parametrize(
    "line",
    [
        "Envoyé du portable de ma mère, il a pris le mien",
        "Envoyé de mon téléphone je suis enfermée",
        "Envoyé depuis chez lui",
        "envoyé de force à Lille",
        "Sent from my room, he locked me in",
        "virus",
        "De : rien",
        "> je suis là",
        "Le 12 mai à 22:30 mon mec m'a écrit : je vais te tuer",
        "Le 12 mai 2026 à 22:30, il m'a écrit :",
    ],
)
def test_a_line_that_says_something_stays(line: str):
    assert words(f"bonjour\n{line}").endswith(line.removeprefix("> "))


FORWARDS = [
    "Le lun. 12 janv. 2026 à 18:04, Léa <lea@exemple.fr> a écrit :\n> {}",
    "Le lun. 12 janv. 2026 à 18:04, Léa\n<lea@exemple.fr> a écrit :\n\n{}",
    "On Mon, Jan 12, 2026 at 6:04 PM Lea <lea@example.com> wrote:\n> {}",
    "El lun, 12 ene 2026 a las 18:04, Lea (<lea@example.com>) escribió:\n> {}",
    "În lun., 12 ian. 2026 la 18:04, Lea <lea@example.com> a scris:\n> {}",
    "-----Message d'origine-----\nDe : Léa\nEnvoyé : lundi 12\nÀ : maman\nObjet : aide\n\n{}",
    "De : Léa <lea@exemple.fr> Envoyé : lundi 12 À : maman Objet : {}",
    "De : Léa <lea@exemple.fr>\nEnvoyé : lundi 12\nÀ : maman\nObjet : {}",
    "---------- Forwarded message ---------\nFrom: Lea <l@example.com>\nDate: Mon, Jan 12\n"
    "Subject: x\nTo: y\n\n{}",
    "Début du message transféré :\n\n{}",
    "> {}",
]


@pytest.mark.parametrize("form", FORWARDS)
@pytest.mark.parametrize("own", ["", "Voici ce que ma fille m'a écrit, que faire ?\n\n"])
def test_a_danger_in_a_forwarded_message_is_not_lost(form: str, own: str):
    danger = "il m'enferme dans sa chambre et il me frappe, j'ai 14 ans"

    assert assess(own + form.format(danger), RULES).level is Level.CRITICAL
    if own:
        assert read_letter(own + form.format(danger)).quoted is not None


@pytest.mark.parametrize("form", FORWARDS)
def test_an_older_mail_that_tells_no_danger_moves_nothing(form: str):
    own = "Bonsoir, j'habite à Douai. Il m'a frappée hier.\n\n"
    alone = assess(own, RULES)
    older = "Bonjour,\n> Merci de votre message. Nos bureaux sont à Dunkerque.\n> L'équipe"

    found = assess(own + form.format(older), RULES)

    assert (found.level, found.territory) == (alone.level, alone.territory)


@pytest.mark.parametrize(
    "name", ["Saint\u2011Amand", "Va\u00adlen\u00adciennes", "\u200eDouai\ufeff", "Ｌｉｌｌｅ"]
)
def test_a_commune_is_known_however_its_signs_were_sent(name: str):
    shown = {"Saint\u2011Amand": "Saint-Amand"}.get(name) or plain(name).text

    assert PLACES.resolve(commune=name) == PLACES.resolve(commune=shown)
    assert PLACES.resolve(commune=name).territory != "unknown"


def test_signs_that_turn_a_page_around_are_not_kept_and_all_else_is():
    written = "a\u202eb\u2066c\x00\x1b[0m\u200e\u200d l\u2019a\u0300\u00a0!\r\n"

    assert showable(written) == "abc[0m\u200e\u200d l\u2019a\u0300\u00a0!\r\n"

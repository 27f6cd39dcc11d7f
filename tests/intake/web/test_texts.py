"""The sentences themselves: complete, kind, short for the young, and true."""

import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from dispatch.listening_point import load_listening_point
from intake.web.pages import STATIC
from runtime.i18n import LOCALES, Texts, languages, load_texts
from tests.builders import NORD

FRENCH = load_texts("fr", "public")
# The one sentence that may be long: the limit of confidentiality.
LIMITS = ("tu.limit", "vous.limit", "welcome.limit")
TU = re.compile(r"\b(tu|te|toi|ton|ta|tes)\b|\bt’", re.IGNORECASE)
VOUS = re.compile(r"\b(vous|votre|vos|veuillez)\b", re.IGNORECASE)
JARGON = re.compile(r"signalement|\bIP\b|CRIP|information préoccupante", re.IGNORECASE)
FORBIDDEN = {
    "fr": (
        "nous avons prévenu",
        "on a prévenu",
        "quelqu’un te lit",
        "quelqu’un arrive pour",
        "tu es en sécurité",
        "vous êtes en sécurité",
        "anonyme",
        "rien ne sera transmis",
        "personne ne peut te retrouver",
        "grand danger",
        "pourquoi",
    ),
    "en": (
        "we have alerted",
        "someone is reading",
        "you are safe",
        "anonymous",
        "nothing will be passed on",
        "nobody can find you",
        "why",
    ),
    "es": (
        "hemos avisado",
        "alguien te está leyendo",
        "estás a salvo",
        "anónim[oa]",
        "no se transmitirá nada",
        "nadie puede encontrarte",
        "por qué",
    ),
    "ro": (
        "am anunțat",
        "cineva te citește",
        "ești în siguranță",
        "anonim",
        "nimic nu va fi transmis",
        "nimeni nu te poate găsi",
        "de ce",
    ),
    "ar": (
        "لقد أبلغنا",
        "أنت في أمان",
        "مجهول الهوية",
        "لن ننقل شيئا",
        "لا أحد يستطيع العثور عليك",
        "لماذا",
    ),
}
# How each language says that no person wrote this.
AUTOMATIC = {"fr": "automati", "en": "automati", "es": "automátic", "ro": "automat", "ar": "تلقائي"}


@pytest.fixture(params=languages())
def texts(request: pytest.FixtureRequest) -> Texts:
    return load_texts(request.param, "public")


def own_sentences(language: str) -> dict[str, str]:
    """The catalogue itself, without the French that stands in for what is missing."""
    with (LOCALES / language / "LC_MESSAGES" / "public.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}


def test_every_language_has_every_sentence():
    for language in languages():
        assert set(own_sentences(language)) == set(FRENCH.sentences), language


def test_every_language_has_the_same_places():
    for text_id, sentence in FRENCH.sentences.items():
        for language in languages():
            told = load_texts(language).sentences[text_id]
            assert places(sentence) == places(told), (language, text_id)


def test_every_sentence_is_used_and_every_use_has_its_sentence():
    used = "\n".join(
        path.read_text() for path in STATIC.parent.rglob("*") if path.suffix in {".html", ".py"}
    )
    asked = set(re.findall(r'\b(?:t|say|texts|in_own_words)\(\s*"([a-z_.]+)"\s*[,)]', used))
    known = set(FRENCH.sentences)
    voiceless = {re.sub(r"^(tu|vous)\.", "", text_id) for text_id in known}
    assert asked <= known | voiceless


def test_no_number_or_hour_stands_in_a_sentence(texts: Texts):
    with_figures = {i: s for i, s in texts.sentences.items() if re.search(r"\d", s)}

    assert {i for i in with_figures if not i.startswith("when.hour")} == set()


def test_the_places_for_numbers_are_numbers_of_the_listening_point():
    point = load_listening_point(NORD)
    values = {
        *("time", "day", "hour", "minute", "start", "end", "age", "first", "last"),
        *("opening", "by", "limit", "commune", "positions", "n"),
        *("web", "code", "hours", *point.links),
    }
    for text_id, sentence in FRENCH.sentences.items():
        for place in places(sentence) - values:
            assert place.removesuffix("_hours") in point.numbers, text_id


def test_every_number_of_the_listening_point_that_a_card_shows_has_its_words(texts: Texts):
    for number_id in ("police", "silent_sms", "child_danger", "medical", "suicide", "images"):
        assert texts(f"number.{number_id}")


def test_the_young_are_told_tu_and_the_others_vous():
    for text_id, sentence in FRENCH.sentences.items():
        if text_id.startswith("tu."):
            assert not VOUS.search(sentence), text_id
        elif text_id.startswith("vous."):
            assert not TU.search(sentence), text_id
        else:
            assert not TU.search(sentence), text_id
            assert not VOUS.search(sentence), text_id


def test_sentences_for_the_young_are_short():
    lengths = {
        sentence: len(words(sentence))
        for text_id, text in FRENCH.sentences.items()
        if not text_id.startswith("vous.") and text_id not in LIMITS
        for sentence in sentences(text)
    }

    assert max(lengths.values()) <= 20, max(lengths, key=lambda sentence: lengths[sentence])
    assert sum(lengths.values()) / len(lengths) <= 12


def test_the_limit_of_confidentiality_is_one_sentence_of_at_most_forty_words(texts: Texts):
    for text_id in LIMITS:
        [sentence] = sentences(texts(text_id))
        assert len(words(sentence)) <= 40, text_id


def test_the_young_meet_no_jargon():
    for text_id, sentence in FRENCH.sentences.items():
        if text_id.startswith("tu."):
            assert not JARGON.search(sentence), text_id
        assert "·" not in sentence, text_id


def test_no_sentence_claims_what_nobody_did(texts: Texts):
    for text_id, sentence in texts.sentences.items():
        for claim in FORBIDDEN[texts.language]:
            assert not re.search(rf"\b{claim}\b", sentence, re.IGNORECASE), (text_id, claim)


def test_the_automatic_card_says_so_in_every_voice(texts: Texts):
    for voice in ("tu", "vous"):
        assert AUTOMATIC[texts.language] in texts(f"{voice}.emergency.automatic")


def test_who_is_told_that_the_team_is_away_is_told_when_and_whom_to_call(texts: Texts):
    for text_id, sentence in texts.sentences.items():
        if text_id.endswith(("hours.closed", "receipt.away")):
            assert {"opening", "child_danger"} <= places(sentence), text_id


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def sentences(text: str) -> list[str]:
    parts = re.split(r"(?<=[.?!…])\s+", text.strip())
    return [part for part in parts if words(part)]


def words(sentence: str) -> list[str]:
    return re.findall(r"[\w{}’'-]+", sentence)

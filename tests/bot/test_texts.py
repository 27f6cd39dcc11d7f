"""What the bot says: what a notification shows, how long it is, and that every sentence is said."""

import re

import pytest

from bot.commands import COMMANDS, commands_in
from bot.voice import voice_for
from dispatch.listening_point import ListeningPoint
from runtime.i18n import Texts, languages, load_texts
from runtime.settings import PROJECT_ROOT
from tests.builders import TUESDAY_MORNING
from triage.vocabulary import Author

# What must not show in a preview, by stems of every language's catalogue.
OUTSIDE = re.compile(
    r"prostitu|exploit|explot|sexe|sexo|\bsex\b|sexual|escort|danger|peligro|pericol|victim|víctim|"
    r"urgenc|emergenc|mineur|\bminor|menor de edad|CRIP|signalement|\b119\b|"
    r"دعارة|استغلال|جنس|خطر|ضحية|طوارئ|قاصر"
)
PREVIEW = 60
# Never sent alone: they follow another sentence, or stand on a button, or in the menu.
FOLLOWS = re.compile(
    r"(bot\.button|bot\.command|bot\.numbers|bot\.invite|bot\.stop\.phrases|bot\.media\.images)"
)


@pytest.fixture(params=languages())
def texts(request: pytest.FixtureRequest) -> Texts:
    return load_texts(request.param)


def of_the_bot(texts: Texts) -> dict[str, str]:
    return {i: s for i, s in texts.sentences.items() if re.match(r"((tu|vous)\.)?bot\.", i)}


def test_a_notification_shows_nothing_that_gives_away(texts: Texts):
    beginnings = {
        **{i: s for i, s in of_the_bot(texts).items() if not FOLLOWS.search(i)},
        **{
            i: texts(i)
            for voice in ("tu", "vous")
            for i in (
                f"{voice}.emergency.automatic",
                f"{voice}.emergency.title",
                f"{voice}.place.question",
                "vous.form.intro.someone",
            )
        },
    }

    shown = {
        text_id: OUTSIDE.search(sentence[:PREVIEW]) for text_id, sentence in beginnings.items()
    }
    assert {text_id: found[0] for text_id, found in shown.items() if found} == {}


def test_information_cards_begin_as_neutrally_and_are_short(point: ListeningPoint):
    for language, cards in point.cards.items():
        assert language in languages()
        for card in cards:
            assert not OUTSIDE.search(card.text[:PREVIEW]), (language, card.topic)
            assert len(card.text) <= 1200


def test_every_language_has_its_cards(point: ListeningPoint):
    assert set(point.cards) == set(languages())


@pytest.mark.parametrize("author", [Author.YOUNG, Author.RELATIVE])
def test_messages_are_short_enough_to_be_read(texts: Texts, author: Author, point: ListeningPoint):
    voice = voice_for(
        texts.language, author, point=point, now=TUESDAY_MORNING, web="https://ecoute.example.org"
    )
    for text_id, sentence in of_the_bot(texts).items():
        if text_id.startswith("vous.") == voice.is_formal and "{opening}" not in sentence:
            said = voice.fill(sentence, code="un deux trois quatre cinq six", hours="de 8 h à 9 h")
            assert len(said) <= 500, text_id


def test_buttons_fit_a_small_screen(texts: Texts):
    labels = {
        i: s for i, s in of_the_bot(texts).items() if "button" in i or i[-10:] == "window.any"
    }

    assert {i: s for i, s in labels.items() if len(s) > 30} == {}


def test_every_sentence_of_the_bot_is_said_somewhere():
    code = "\n".join(path.read_text("utf-8") for path in (PROJECT_ROOT / "bot").rglob("*.py"))
    said = set(re.findall(r"""["'](bot\.[a-z_.]+)["']""", code)) | {
        f"bot.command.{c}" for c in COMMANDS
    }
    known = {re.sub(r"^(tu|vous)\.", "", i) for i in of_the_bot(load_texts("fr"))}

    assert said == known


def test_who_speaks_informally_can_speak_formally_too(texts: Texts):
    only_young = {"bot.welcome", "bot.invite", "bot.write", "bot.write.friend"}
    voices = of_the_bot(texts)
    informal = {i[3:] for i in voices if i.startswith("tu.")}
    formal = {i[5:] for i in voices if i.startswith("vous.")}

    assert informal - formal == only_young
    assert formal - informal == set()


def test_the_menu_of_commands_is_what_the_messenger_takes(texts: Texts):
    for one in commands_in(texts.language):
        assert re.fullmatch("[a-z0-9_]{1,32}", one.command)
        assert 1 <= len(one.description) <= 256

"""A young person writes as to a person, and a person answers."""

import pytest

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.open_signal import Told, open_signal
from dispatch.queue import Queue, list_queue
from dispatch.replies import reply
from runtime.i18n import languages, load_texts
from tests.bot.conftest import Talk
from tests.builders import FrozenClock, a_member
from triage.vocabulary import Author, Level

SMS = "slt jfai des passes a douai c un mec ki prend largent"
IN_DANGER = "il ma enfermé dans la chambre il revient avec des clients ce soir"


async def the_signal(desk: Desk, installed: Installed, team: str = "douaisis"):
    member = await a_member(desk, installed.recovery, team)
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    return row, member


async def test_start_is_two_short_messages_that_hold_what_a_person_must_know(talk: Talk):
    first, second = await talk.write("/start")

    assert "Des professionnels te lisent" in first
    assert "ton nom" in first
    assert "on peut" in second.lower() or "la loi peut" in second
    for number in ("17", "114", "119"):
        assert number in second
    assert max(len(first), len(second)) <= 500


async def test_a_first_message_in_texting_french_reaches_the_right_team(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    answers = await talk.write(SMS)

    row, _ = await the_signal(desk, installed)
    assert row.level.rank >= Level.HIGH.rank
    assert "bien arrivé" in answers[-1]


async def test_nothing_needs_to_be_pressed_but_the_limit_is_told_first(
    talk: Talk, desk: Desk, installed: Installed
):
    answers = await talk.write(SMS)

    assert "la loi peut nous demander de prévenir" in answers[0]
    assert "bien arrivé" in answers[1]
    await the_signal(desk, installed)


async def test_the_answer_is_a_neutral_ping_that_opens_and_hides(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(SMS)
    row, member = await the_signal(desk, installed)
    await reply(
        row.ref, "On est là. Tu peux nous dire où tu dors ?", member, desk, idempotency_key="k"
    )

    assert await talk.deliver() == ["Tu as un nouveau message."]
    assert all("où tu dors" not in text for text in talk.screen())
    await talk.press("Lire")
    assert talk.screen()[-1] == "On est là. Tu peux nous dire où tu dors ?"
    await talk.press("Masquer")
    assert talk.screen()[-1] == "Tu as un nouveau message."

    opened = await open_signal(row.ref, member, desk)
    assert [message.told for message in opened.messages][-1] is Told.OPENED
    assert await talk.deliver() == []


async def test_a_ping_is_protected_and_the_numbers_are_not(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(IN_DANGER + " douai")
    row, member = await the_signal(desk, installed)
    await reply(row.ref, "On t’a lu.", member, desk, idempotency_key="k")
    await talk.deliver()

    shown = talk.world.visible(talk.chat)
    assert shown[-1].protected
    assert all(
        not m.protected for m in shown if (m.from_bot and "112" in m.text) or "119" in m.text
    )


async def test_a_critical_message_is_answered_by_the_card_that_says_it_is_automatic(talk: Talk):
    await talk.write("/start")
    card, *_ = await talk.write(IN_DANGER)

    assert "message automatique" in card
    assert "personne ne l’a encore lu" in card
    assert card.index("17") < card.index("114") < card.index("119")


async def test_a_card_for_somebody_who_wants_to_die_begins_with_who_answers_that(talk: Talk):
    await talk.write("/start")
    card, *_ = await talk.write("ce soir je me tue jai les cachets devant moi adieu")

    assert card.index("3114") < card.index("114 ")


async def test_a_burst_of_alarming_messages_shows_one_card(talk: Talk):
    await talk.write("/start")
    for text in (IN_DANGER, "il va me tuer ce soir", "jsui enfermee vite"):
        talk.world.write(talk.chat, text)

    cards = [text for text in await talk.answers() if "message automatique" in text]
    assert len(cards) == 1


async def test_a_burst_is_one_conversation_and_one_alert(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    for text in ("slt", "jfai des passes", "a douai", "c un mec ki prend tt", "voila"):
        talk.world.write(talk.chat, text)
    answers = await talk.answers()

    row, member = await the_signal(desk, installed)
    opened = await open_signal(row.ref, member, desk)
    assert opened.messages[0].content.text == "slt"
    assert len(opened.messages) == 5
    assert len([text for text in answers if "bien arrivé" in text]) == 1


async def test_the_same_update_again_is_no_second_message(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    talk.world.write(talk.chat, SMS)
    await talk.answers()
    [update] = [u for u in talk.world.delivered if u.get("message", {}).get("text") == SMS]
    talk.world.repeat(update["update_id"])
    await talk.answers()

    row, member = await the_signal(desk, installed)
    assert len((await open_signal(row.ref, member, desk)).messages) == 1


async def test_an_edited_message_is_kept_beside_what_it_said_before(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    number = talk.world.write(talk.chat, SMS)
    await talk.answers()
    talk.world.edit(talk.chat, number, SMS + " et il me frappe")
    await talk.answers()

    row, member = await the_signal(desk, installed)
    texts = [m.content.text for m in (await open_signal(row.ref, member, desk)).messages]
    assert texts[0] == SMS
    assert texts[1].endswith("et il me frappe")


async def test_words_behind_a_command_are_kept(talk: Talk, desk: Desk, installed: Installed):
    answers = await talk.write("/urgence il me frappe je suis a douai")

    assert any("17" in text for text in answers)
    row, member = await the_signal(desk, installed)
    opened = await open_signal(row.ref, member, desk)
    assert "il me frappe" in opened.messages[0].content.text


async def test_who_writes_for_somebody_is_spoken_to_formally(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.press("C’est pour quelqu’un d’autre")
    [opening] = await talk.press("Un parent, un adulte proche")
    answers = await talk.write(
        "Ma fille de 15 ans a fugué, elle voit un homme, nous vivons à Douai"
    )

    assert "Vous vous inquiétez" in opening
    assert "Vos informations restent confidentielles" in opening
    assert "Votre message est bien arrivé" in answers[-1]
    row, _ = await the_signal(desk, installed)
    assert row.author is Author.RELATIVE


async def test_who_wants_to_stop_is_let_go(talk: Talk):
    await talk.write("/start")
    await talk.write(SMS)

    assert await talk.write("Laisse tomber...") == [
        "D’accord. Tu décides. La porte reste ouverte, même dans longtemps."
    ]


async def test_a_question_shows_a_card_with_its_numbers(talk: Talk):
    await talk.write("/start")
    await talk.press("J’ai une question")
    [card] = await talk.press("Argent et contrôle")

    assert "Une dette ne donne aucun droit" in card
    assert "119" in card
    assert "{" not in card


async def test_closed_hours_are_said_as_they_are(talk: Talk, clock: FrozenClock):
    clock.advance(hours=11)
    _, second = await talk.write("/start")
    answers = await talk.write("j'ai besoin de parler")

    assert "demain à 9\u00a0h" in second
    assert "L’équipe n’est pas là" in answers[0]


@pytest.mark.parametrize("language", languages())
async def test_a_whole_conversation_in_every_language(
    talk: Talk, desk: Desk, installed: Installed, language: str
):
    texts = load_texts(language)
    await talk.write("/langue")
    await talk.press(texts("page.language_name"))
    answers = await talk.write(IN_DANGER + " douai")
    row, member = await the_signal(desk, installed)
    await reply(row.ref, "On est là.", member, desk, idempotency_key="k")

    assert answers[0].startswith(texts("tu.emergency.automatic"))
    assert await talk.deliver() == [texts("tu.bot.ping")]
    await talk.press(texts("bot.button.read"))
    assert talk.screen()[-1] == "On est là."
    [erasing] = await talk.write("/effacer")
    assert erasing == texts("tu.bot.erase")
    [erased] = await talk.press(texts("tu.erase.yes"))
    assert erased == texts("tu.bot.erased")

"""One chat's limit stops nobody else: what is written is kept first, and told when it may be."""

import pytest

from bot.staff_channel import TelegramChannel
from dispatch.desk import Desk
from dispatch.escalate import escalate
from dispatch.install import Installed
from dispatch.queue import Queue, list_queue
from dispatch.send_notices import send_notices
from dispatch.staff_chat import new_code
from intake.reception import Reception
from records.tables import Channel
from tests.bot.conftest import CHILD, Talk
from tests.bot.test_contact import answered
from tests.bot.test_conversation import IN_DANGER, SMS
from tests.builders import FrozenClock, a_draft, a_member, kept

OTHER = CHILD + 1
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def screen_of(talk: Talk, chat: int) -> str:
    return "\n".join(m.text for m in talk.world.visible(chat) if m.from_bot)


async def test_a_limited_chat_waits_alone_and_its_words_are_kept_at_once(
    talk: Talk, desk: Desk, installed: Installed
):
    talk.hours.held = True
    talk.world.limit(600, chat=CHILD)
    talk.world.write(CHILD, SMS)
    talk.world.write(CHILD, "il revient ce soir")
    talk.world.write(OTHER, "slt jfai des passes a douai")
    await talk.answers()

    assert "bien arrivé" in screen_of(talk, OTHER)
    assert screen_of(talk, CHILD) == ""
    member = await a_member(desk, installed.recovery, "douaisis")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 2

    talk.world.write(CHILD, "encore un mot")
    await talk.answers()
    await talk.later(599)
    assert screen_of(talk, CHILD) == ""
    await talk.later(2)
    assert screen_of(talk, CHILD).count("bien arrivé") == 1


async def test_the_numbers_for_danger_outlive_what_else_waits(talk: Talk):
    talk.hours.held = True
    await talk.write("/start")
    talk.world.limit(600, chat=CHILD)
    talk.world.write(CHILD, IN_DANGER)
    for _ in range(80):
        talk.world.write(CHILD, "/lire")
    await talk.answers()
    await talk.later(601)

    assert "message automatique" in screen_of(talk, CHILD)


async def test_what_comes_late_comes_only_at_hours_that_the_person_chose(
    talk: Talk, clock: FrozenClock
):
    await talk.write("/start")
    await talk.write("/discretion")
    await talk.press("Quand m’écrire")
    await talk.press("Jamais : je viens voir")
    talk.hours.held = True
    talk.world.limit(600, chat=CHILD)
    before = talk.screen()
    await talk.write(SMS)
    await talk.later(601)
    assert talk.screen() == [*before, SMS]

    assert any("bien arrivé" in text for text in await talk.write("tu es là ?"))


async def test_after_a_process_that_died_the_next_message_is_answered(talk: Talk):
    await talk.write("/start")
    talk.hours.held = True
    talk.world.limit(600, chat=CHILD)
    await talk.write(SMS)
    await talk.door.lanes.close()
    talk.world.advance(seconds=601)
    talk.hours.now += 601

    assert any("bien arrivé" in text for text in await talk.write("vous êtes là ?"))


async def test_an_answer_to_another_chat_goes_out_meanwhile(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    await talk.write("/start")
    await talk.write(SMS)
    await answered(talk, desk, installed)
    talk.world.limit(600, chat=CHILD)
    assert await talk.deliver() == []
    assert talk.paused == []
    clock.advance(seconds=601)
    await talk.later(601)
    assert await talk.deliver() == ["Tu as un nouveau message."]


async def test_a_limit_of_the_whole_bot_is_tried_by_one_chat_at_a_time(talk: Talk):
    talk.hours.held = True
    talk.world.limit(20)
    chats = [CHILD + number for number in range(12)]
    for chat in chats:
        talk.world.write(chat, "/start")
    await talk.answers()
    for _ in range(40):
        await talk.later(1)

    assert all("119" in screen_of(talk, chat) for chat in chats)


async def test_a_colleague_whose_chat_is_limited_holds_up_no_other(
    talk: Talk, desk: Desk, installed: Installed, reception: Reception
):
    first = await a_member(desk, installed.recovery, "douaisis", email="un@equipe.invalid")
    second = await a_member(desk, installed.recovery, "douaisis", email="deux@equipe.invalid")
    for chat, member in ((CHILD, first), (OTHER, second)):
        talk.chat = chat
        await talk.write(f"/equipe {await new_code(member, desk)}")
    await kept(a_draft("il m'a enfermée, ils reviennent ce soir", commune="Douai"), reception)
    await escalate(desk, [Channel.TELEGRAM])
    talk.world.limit(600, chat=CHILD)
    await send_notices(TelegramChannel(talk.feed.bot, talk.door.pace), desk, "https://x.invalid")

    assert "attend" in screen_of(talk, OTHER)
    assert "attend" not in screen_of(talk, CHILD)

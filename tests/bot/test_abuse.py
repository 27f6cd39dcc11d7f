"""Floods: nobody's first message is lost, and what nobody can type does not fill the queue."""

import pytest

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from intake.chat_traces import lookups_of
from intake.drafts import ReplyChat
from intake.rate_limits import CHAT_MESSAGES_IN_A_WINDOW, CHAT_MESSAGES_KEPT
from tests.bot.conftest import CHILD, Talk
from tests.bot.test_conversation import IN_DANGER, SMS
from tests.builders import a_member

# What is said does not depend on the database; that each keeps it is tested elsewhere.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def after(talk: Talk, sent: int) -> None:
    """As if that many messages had come from the chat in the last minutes."""
    chat = lookups_of(ReplyChat(talk.chat, talk.door.key), talk.door.reception)[0].hex()
    for _ in range(sent):
        await talk.door.limits.chat_speed(chat)


async def test_a_flood_goes_to_quarantine(talk: Talk, desk: Desk, installed: Installed):
    await talk.write("/start")
    await talk.write("bonjour, je suis a douai")
    await after(talk, CHAT_MESSAGES_IN_A_WINDOW)
    await talk.write("et encore")

    member = await a_member(desk, installed.recovery, "douaisis")
    assert await list_queue(member, desk, queue=Queue.OPEN) == ()
    [row] = await list_queue(member, desk, queue=Queue.QUARANTINE)
    assert len((await open_signal(row.ref, member, desk)).messages) == 2


async def test_a_child_in_danger_who_writes_fast_stays_in_the_queue(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(f"{IN_DANGER} douai")
    await after(talk, CHAT_MESSAGES_IN_A_WINDOW)
    await talk.write("vite")

    member = await a_member(desk, installed.recovery, "douaisis")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1


async def test_what_nobody_can_type_is_not_kept_and_that_is_told_once(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(SMS)
    await after(talk, CHAT_MESSAGES_KEPT - 1)
    first, second = await talk.write("trop"), await talk.write("encore trop")

    assert first == [
        "Tu écris très vite. Ce message n’est pas gardé. Attends un peu, puis renvoie-le."
    ]
    assert second == []
    member = await a_member(desk, installed.recovery, "douaisis")
    rows = [
        row
        for queue in (Queue.OPEN, Queue.QUARANTINE)
        for row in await list_queue(member, desk, queue=queue)
    ]
    texts = [m.content.text for m in (await open_signal(rows[0].ref, member, desk)).messages]
    assert texts == [SMS]


async def test_one_chat_that_floods_slows_no_other(talk: Talk):
    await talk.write("/start")
    await after(talk, CHAT_MESSAGES_KEPT)
    talk.chat = CHILD + 1

    assert "bien arrivé" in (await talk.write(SMS))[-1]

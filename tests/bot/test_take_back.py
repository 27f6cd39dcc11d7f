"""In a chat too nothing of an answer is told, opened or hinted at while it can be taken back."""

from dataclasses import replace

import pytest

from dispatch.deliveries import LEASE
from dispatch.desk import TAKE_BACK, Desk
from dispatch.errors import HasLeft
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from dispatch.replies import reply
from dispatch.take_back import take_back
from tests.bot.conftest import Talk
from tests.bot.test_conversation import SMS
from tests.builders import FrozenClock, a_member, every_row


async def test_an_answer_is_told_after_the_ten_seconds_and_never_when_taken_back(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    desk = replace(desk, take_back=TAKE_BACK)
    member = await a_member(desk, installed.recovery, "douaisis")
    await talk.write("/start")
    await talk.write(SMS)
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    await reply(row.ref, "à reprendre", member, desk, idempotency_key="k")
    message = (await open_signal(row.ref, member, desk)).messages[-1].id

    clock.advance(seconds=9)
    assert await talk.deliver() == []
    await talk.write("/discretion")
    await talk.press("Quand m’écrire")
    await talk.press("À tout moment")
    assert await talk.deliver() == [], "choosing hours brings nothing forward"
    await take_back(row.ref, message, member, desk)
    clock.advance(minutes=5)
    assert await talk.deliver() == []
    assert (await every_row(desk.records))["delivery"] == []

    await reply(row.ref, "gardée", member, desk, idempotency_key="k")
    clock.advance(seconds=10)
    assert await talk.deliver() == ["Tu as un nouveau message."]


async def test_what_she_writes_within_the_ten_seconds_keeps_the_telephone_silent(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    desk = replace(desk, take_back=TAKE_BACK)
    member = await a_member(desk, installed.recovery, "douaisis")
    await talk.write("/start")
    await talk.write(SMS)
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    await reply(row.ref, "on se voit demain", member, desk, idempotency_key="k")
    clock.advance(seconds=5)
    await talk.write("il est là il regarde mon tel, écris pas stp")
    clock.advance(days=1)

    assert await talk.deliver() == []


async def test_what_the_messenger_has_in_hand_cannot_be_taken_back(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    """The bot's clock may be ahead of the console's: told is told."""
    desk = replace(desk, take_back=TAKE_BACK)
    member = await a_member(desk, installed.recovery, "douaisis")
    await talk.write("/start")
    await talk.write(SMS)
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    await reply(row.ref, "on est là", member, desk, idempotency_key="k")
    message = (await open_signal(row.ref, member, desk)).messages[-1].id
    async with desk.records.transaction() as tx:
        assert await tx.chats.lease(message, now=clock(), length=LEASE)

    with pytest.raises(HasLeft):
        await take_back(row.ref, message, member, desk)
    await talk.write("il est là, écris pas stp")
    [delivery] = (await every_row(desk.records))["delivery"]
    assert delivery["leased_until"] is not None

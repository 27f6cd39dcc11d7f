"""What staff noted keeps a telephone silent; what the person chose is never loosened by it."""

import pytest

from dispatch.desk import Desk, SignedIn
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from dispatch.replies import reply
from dispatch.safe_contact import set_limits
from records.tables import MessageKind
from tests.bot.conftest import Talk
from tests.bot.test_conversation import SMS
from tests.builders import FrozenClock, a_member

PING = ["Tu as un nouveau message."]
# The clock stands at 10:00 in Lille.
EVENING, NIGHT = "17:00-20:00", "22:00-06:00"


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis")


async def a_signal(talk: Talk, anne: SignedIn, desk: Desk) -> str:
    await talk.write("/start")
    await talk.write(SMS)
    [row] = await list_queue(anne, desk, queue=Queue.OPEN)
    return row.ref


async def test_an_answer_waits_for_the_hours_that_staff_noted(
    talk: Talk, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    ref = await a_signal(talk, anne, desk)
    await set_limits(ref, anne, desk, window=NIGHT, words=[])
    await reply(ref, "On est là.", anne, desk, idempotency_key="k")

    clock.advance(hours=11)
    assert await talk.deliver() == []
    clock.advance(hours=1)
    assert await talk.deliver() == PING


async def test_do_not_write_is_silent_until_the_person_asks(
    talk: Talk, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    ref = await a_signal(talk, anne, desk)
    await reply(ref, "On est là.", anne, desk, idempotency_key="k")
    await set_limits(ref, anne, desk, window="never", words=[])  # before the bot's next look

    assert await talk.deliver() == []
    clock.advance(days=3)
    assert await talk.deliver() == []
    assert any("message" in text for text in await talk.write("/lire"))


async def test_a_reason_sends_it_now_and_is_kept_as_a_note(talk: Talk, desk: Desk, anne: SignedIn):
    ref = await a_signal(talk, anne, desk)
    await set_limits(ref, anne, desk, window="never", words=[])
    await reply(ref, "Appelle le 17.", anne, desk, idempotency_key="k", despite="danger cette nuit")

    assert await talk.deliver() == PING
    notes = [
        m.content.text
        for m in (await open_signal(ref, anne, desk)).messages
        if m.kind is MessageKind.NOTE
    ]
    assert notes == ["danger cette nuit"]


async def test_what_the_person_chose_holds_against_a_reason_and_against_wider_hours(
    talk: Talk, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    ref = await a_signal(talk, anne, desk)
    await talk.write("/discretion")
    await talk.press("Quand m’écrire")
    await talk.press("De 17\u00a0h à 20\u00a0h")
    await set_limits(ref, anne, desk, window="08:00-19:00", words=[])
    await reply(ref, "On est là.", anne, desk, idempotency_key="k", despite="pressé")

    assert await talk.deliver() == []
    await set_limits(ref, anne, desk, window=None, words=[])
    assert await talk.deliver() == [], "set to any time, it is still not theirs to loosen"
    clock.advance(hours=7)
    assert await talk.deliver() == PING

"""When and whether somebody can be written to: their hours, a blocked bot, a messenger in haste."""

from dispatch.deliveries import forget_idle_addresses, report_stuck
from dispatch.desk import Desk
from dispatch.hand_over import close
from dispatch.install import Installed
from dispatch.open_signal import Told, open_signal
from dispatch.queue import Queue, list_queue, waiting_alerts
from dispatch.replies import reply
from records.tables import OutboxEvent, Outcome
from tests.bot.conftest import Talk
from tests.bot.test_conversation import SMS
from tests.builders import FrozenClock, a_member, every_row


async def answered(talk: Talk, desk: Desk, installed: Installed, text: str = "On t’a lu."):
    member = await a_member(desk, installed.recovery, "douaisis")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    await reply(row.ref, text, member, desk, idempotency_key="k")
    return row.ref, member


async def told(ref: str, member, desk: Desk) -> Told | None:
    return (await open_signal(ref, member, desk)).messages[-1].told


async def test_an_answer_waits_for_the_hours_that_the_person_chose(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    await talk.write("/start")
    await talk.write(SMS)
    await talk.write("/discretion")
    await talk.press("Quand m’écrire")
    assert "seulement de 17\u00a0h à 20\u00a0h" in (await talk.press("De 17\u00a0h à 20\u00a0h"))[0]
    ref, member = await answered(talk, desk, installed)

    assert await talk.deliver() == []
    assert await told(ref, member, desk) is Told.LATER
    clock.advance(hours=7)
    assert await talk.deliver() == ["Tu as un nouveau message."]


async def test_hours_chosen_before_the_first_message_hold_too(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write("/discretion")
    await talk.press("Quand m’écrire")
    await talk.press("Jamais : je viens voir")
    await talk.write(SMS)
    ref, member = await answered(talk, desk, installed)

    assert await talk.deliver() == []
    assert await told(ref, member, desk) is Told.WHEN_ASKED
    assert await talk.write("/lire") == ["Tu as un nouveau message."]
    await talk.press("Lire")
    assert talk.screen()[-1] == "On t’a lu."


async def test_hours_that_open_again_let_a_waiting_answer_out(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(SMS)
    for label in ("Jamais : je viens voir", "À tout moment"):
        await talk.write("/discretion")
        await talk.press("Quand m’écrire")
        await talk.press(label)
        if label.startswith("Jamais"):
            await answered(talk, desk, installed)
            assert await talk.deliver() == []

    assert await talk.deliver() == ["Tu as un nouveau message."]


async def test_an_answer_that_nobody_takes_is_shown_as_stuck(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    await talk.write("/start")
    await talk.write(SMS)
    ref, member = await answered(talk, desk, installed)

    assert await told(ref, member, desk) is Told.WAITING
    clock.advance(minutes=11)
    assert await told(ref, member, desk) is Told.STUCK


async def test_who_blocked_the_bot_is_shown_as_not_reachable(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(SMS)
    ref, member = await answered(talk, desk, installed)
    talk.world.block(talk.chat)
    await talk.deliver()

    assert await told(ref, member, desk) is Told.UNREACHABLE
    talk.world.unblock(talk.chat)
    await talk.write("je suis revenu")
    assert await talk.deliver() == ["Tu as un nouveau message."]


async def test_the_team_is_told_once_that_somebody_left(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(SMS)
    member = await a_member(desk, installed.recovery, "douaisis")
    talk.world.block(talk.chat)
    await talk.answers()
    await talk.answers()

    events = [alert.event for alert in await waiting_alerts(member, desk)]
    assert events.count(OutboxEvent.UNREACHABLE) == 1


async def test_the_wait_that_the_messenger_asks_for_is_kept(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    await talk.write("/start")
    await talk.write(SMS)
    ref, member = await answered(talk, desk, installed)
    talk.world.demand_wait(17, method="sendMessage")

    assert await talk.deliver() == []
    assert talk.paused == [], "other chats need not wait"
    clock.advance(seconds=17)
    await talk.later(17)
    assert await talk.deliver() == ["Tu as un nouveau message."]
    assert await told(ref, member, desk) is Told.DELIVERED


async def test_answers_keep_their_order(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    await talk.write("/start")
    await talk.write(SMS)
    ref, member = await answered(talk, desk, installed, "premier")
    clock.advance(seconds=1)
    await reply(ref, "second", member, desk, idempotency_key="k2")
    talk.world.break_down(1)
    await talk.deliver()
    clock.advance(seconds=60)
    await talk.deliver()

    pings = [m for m in talk.world.visible(talk.chat) if m.text == "Tu as un nouveau message."]
    assert len(pings) == 2
    talk.world.press(talk.chat, pings[0].message_id, pings[0].buttons[0][0][1])
    await talk.answers()
    assert "premier" in talk.screen()


async def test_a_long_answer_is_read_in_parts_and_loses_nothing(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(SMS)
    words = " ".join(f"mot{number}" for number in range(900))
    await answered(talk, desk, installed, words)
    await talk.deliver()
    await talk.press("Lire")
    read = [talk.screen()[-1]]
    while any(
        label == "Suite" for row in talk.world.visible(talk.chat)[-1].buttons for label, _ in row
    ):
        await talk.press("Suite")
        read.append(talk.screen()[-1])

    assert " ".join(read).split() == words.split()


async def test_the_address_is_dropped_when_it_is_no_longer_needed(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    await talk.write("/start")
    await talk.write(SMS)
    ref, member = await answered(talk, desk, installed)
    await open_signal(ref, member, desk)
    await close(ref, member, desk, outcome=Outcome.ACCOMPANIED)
    await forget_idle_addresses(desk)
    assert await talk.deliver() == ["Tu as un nouveau message."]

    await forget_idle_addresses(desk)
    assert [row["locked_address"] for row in (await every_row(desk.records))["chat"]] == [None]
    await talk.press("Lire")
    assert talk.screen()[-1] == "On t’a lu."
    await talk.write("merci, je reviens")
    assert [row["locked_address"] for row in (await every_row(desk.records))["chat"]] != [None]


async def test_a_chat_without_activity_for_thirty_days_cannot_be_written_to(
    talk: Talk, desk: Desk, clock: FrozenClock
):
    await talk.write("/start")
    await talk.write(SMS)
    clock.advance(days=29)
    await forget_idle_addresses(desk)
    assert (await every_row(desk.records))["chat"][0]["locked_address"] is not None

    clock.advance(days=2)
    await forget_idle_addresses(desk)
    assert (await every_row(desk.records))["chat"][0]["locked_address"] is None


async def test_an_answer_that_does_not_go_out_is_told_to_the_team_once(
    talk: Talk, desk: Desk, installed: Installed, clock: FrozenClock
):
    await talk.write("/start")
    await talk.write(SMS)
    _, member = await answered(talk, desk, installed)
    clock.advance(minutes=10)
    assert await report_stuck(desk) == 0
    clock.advance(seconds=1)
    assert await report_stuck(desk) == 1
    assert await report_stuck(desk) == 0

    events = [alert.event for alert in await waiting_alerts(member, desk)]
    assert OutboxEvent.STUCK in events
    assert await talk.deliver() == ["Tu as un nouveau message."]

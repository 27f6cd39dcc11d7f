"""Ten seconds in which an answer can be taken back, before anything of it leaves."""

import uuid
from dataclasses import replace

import pytest

from dispatch.desk import TAKE_BACK, Desk, SignedIn
from dispatch.errors import HasLeft, NewWords
from dispatch.hand_over import close
from dispatch.install import Installed
from dispatch.open_signal import Stays, open_signal
from dispatch.replies import add_note, reply
from dispatch.take_back import take_back
from intake.add_message import add_message
from intake.reception import Reception
from intake.sender import SenderAccess, read_conversation
from records.tables import DraftBox, FollowUpKind, MessageKind, Outcome
from tests.builders import FrozenClock, a_draft, a_kept_signal, a_member, every_row

TEXT = "Viens au local demain à 17 h."


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return replace(desk, take_back=TAKE_BACK)


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", name="Anne")


@pytest.fixture
async def basil(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", name="Basil")


async def answer(ref: str, member: SignedIn, desk: Desk, text: str = TEXT) -> uuid.UUID:
    await reply(ref, text, member, desk, idempotency_key=str(uuid.uuid4()))
    return (await open_signal(ref, member, desk)).messages[-1].id


async def seen_by_sender(access: SenderAccess, reception: Reception) -> list[str]:
    thread = await read_conversation(access, reception)
    return [message.text for message in thread.messages if message.from_team]


async def promises(desk: Desk) -> list[tuple[object, ...]]:
    """Each promise as it stands, but for which answer kept or made it."""
    rows = (await every_row(desk.records))["follow_up"]
    return sorted(
        (str(row["id"]), row["kind"], row["due_at"], row["met_at"], row["next_rung_at"])
        for row in rows
    )


async def test_an_answer_is_not_seen_before_the_ten_seconds_and_is_after(
    desk: Desk, reception: Reception, clock: FrozenClock, anne: SignedIn
):
    ref, received = await a_kept_signal(reception, anne, desk)
    await answer(ref, anne, desk)

    for seconds, seen in ((0, []), (9.999, []), (0.001, [TEXT])):
        clock.advance(seconds=seconds)
        assert await seen_by_sender(received.access, reception) == seen


async def test_taken_back_it_was_never_there_and_its_text_is_a_draft(
    desk: Desk, reception: Reception, clock: FrozenClock, anne: SignedIn
):
    ref, received = await a_kept_signal(reception, anne, desk)
    await open_signal(ref, anne, desk)
    before = await promises(desk)
    signal = (await every_row(desk.records))["signal"]
    message = await answer(ref, anne, desk)
    assert await promises(desk) != before
    clock.advance(seconds=9)

    await take_back(ref, message, anne, desk)
    await take_back(ref, message, anne, desk)  # a double click

    clock.advance(minutes=5)
    assert await seen_by_sender(received.access, reception) == []
    opened = await open_signal(ref, anne, desk)
    assert opened.drafts[DraftBox.REPLY].text == TEXT
    assert [m.kind for m in opened.messages] == [MessageKind.INBOUND]
    assert await promises(desk) == before, "what it kept is promised again, as it was"
    assert (await every_row(desk.records))["signal"][0]["due_at"] == signal[0]["due_at"]


async def test_what_was_typed_since_stays_below_what_is_taken_back(
    desk: Desk, reception: Reception, anne: SignedIn
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    first, second = await answer(ref, anne, desk, "un"), await answer(ref, anne, desk, "deux")
    await take_back(ref, second, anne, desk)
    await take_back(ref, first, anne, desk)

    assert (await open_signal(ref, anne, desk)).drafts[DraftBox.REPLY].text == "un\n\ndeux"


async def test_of_two_answers_the_promise_stays_kept_by_the_one_that_is_not_taken_back(
    desk: Desk, reception: Reception, anne: SignedIn
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    await open_signal(ref, anne, desk)
    await answer(ref, anne, desk, "un")
    once = await promises(desk)
    await take_back(ref, await answer(ref, anne, desk, "deux"), anne, desk)

    assert [p for p in await promises(desk) if p[3] is None] == [p for p in once if p[3] is None]
    assert all(p[1] is not FollowUpKind.ANSWER for p in once if p[3] is None)


async def test_too_late_a_colleagues_or_no_answer_cannot_be_taken_back(
    desk: Desk, reception: Reception, clock: FrozenClock, anne: SignedIn, basil: SignedIn
):
    ref, received = await a_kept_signal(reception, anne, desk)
    message = await answer(ref, anne, desk)
    await add_note(ref, "une note", anne, desk, idempotency_key="n")
    for one in (await open_signal(ref, anne, desk)).messages:
        if one.kind is not MessageKind.REPLY:
            with pytest.raises(HasLeft):
                await take_back(ref, one.id, anne, desk)
    with pytest.raises(HasLeft):
        await take_back(ref, message, basil, desk)
    clock.advance(seconds=10)
    with pytest.raises(HasLeft):
        await take_back(ref, message, anne, desk)

    assert await seen_by_sender(received.access, reception) == [TEXT]


async def test_what_the_sender_writes_within_the_ten_seconds_holds_the_answer_back(
    desk: Desk, reception: Reception, clock: FrozenClock, anne: SignedIn, basil: SignedIn
):
    ref, received = await a_kept_signal(reception, anne, desk)
    key = str(uuid.uuid4())
    await reply(ref, TEXT, anne, desk, idempotency_key=key)
    clock.advance(seconds=9)
    await add_message(received.access, a_draft("il est là, écris pas stp"), reception)
    clock.advance(days=2)

    assert await seen_by_sender(received.access, reception) == []
    with pytest.raises(NewWords):
        await reply(ref, TEXT, anne, desk, idempotency_key=key)  # a late double click
    opened = await open_signal(ref, basil, desk)
    [held] = [m for m in opened.messages if m.stays is Stays.HELD]
    assert any(p.kind is FollowUpKind.ANSWER for p in opened.promises)

    await take_back(ref, held.id, basil, desk)

    opened = await open_signal(ref, basil, desk)
    assert opened.drafts[DraftBox.REPLY].text == TEXT
    assert all(m.stays is None for m in opened.messages)


async def test_what_the_sender_writes_after_it_left_holds_nothing_back(
    desk: Desk, reception: Reception, clock: FrozenClock, anne: SignedIn
):
    ref, received = await a_kept_signal(reception, anne, desk)
    await answer(ref, anne, desk)
    clock.advance(seconds=10)
    await add_message(received.access, a_draft("merci"), reception)

    assert await seen_by_sender(received.access, reception) == [TEXT]


async def test_taken_back_after_closing_it_promises_nothing_on_a_closed_signal(
    desk: Desk, reception: Reception, anne: SignedIn
):
    ref, received = await a_kept_signal(reception, anne, desk)
    message = await answer(ref, anne, desk)
    await close(ref, anne, desk, outcome=Outcome.INFORMED)

    await take_back(ref, message, anne, desk)

    assert await seen_by_sender(received.access, reception) == []
    async with desk.records.reading() as tx:
        assert await tx.follow_ups.broken_promises(5) == []


async def test_a_promise_whose_rung_was_told_is_not_told_again_when_it_is_open_again(
    desk: Desk, reception: Reception, clock: FrozenClock, anne: SignedIn
):
    """Late already, and told so: taking the answer back rings nobody a second time."""
    ref, _ = await a_kept_signal(reception, anne, desk)
    await open_signal(ref, anne, desk)
    clock.advance(days=30)
    before = await promises(desk)
    message = await answer(ref, anne, desk)
    await take_back(ref, message, anne, desk)

    after = await promises(desk)
    assert [p[:4] for p in after] == [p[:4] for p in before]

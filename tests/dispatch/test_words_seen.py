"""The mark of what a page showed, and the race of an answer with a message."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk import Desk
from dispatch.errors import NewWords
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.replies import reply
from dispatch.words_seen import mark_of, new_since
from intake.add_message import add_message
from intake.reception import Reception
from intake.sender import read_conversation
from records.tables import Message, MessageKind
from tests.builders import a_draft, a_kept_signal, a_member
from tests.databases import Database
from tests.dispatch.test_promises import waits_for_a_lock


@dataclass(frozen=True)
class Said:
    id: UUID


words = st.lists(st.uuids().map(Said), unique=True, max_size=8)


@given(words, words)
def test_what_a_page_showed_is_never_new_and_what_came_later_always_is(
    shown: list[Said], later: list[Said]
):
    later = [one for one in later if one not in shown]
    seen = mark_of(one.id for one in shown)

    assert not new_since(seen, shown)
    assert list(new_since(seen, shown + later)) == later


@given(words, st.uuids().map(Said), st.integers(min_value=0, max_value=8))
def test_a_message_that_another_clock_puts_among_the_old_ones_is_new_too(
    shown: list[Said], late: Said, place: int
):
    now = [*shown[:place], late, *shown[place:]]

    assert late in new_since(mark_of(one.id for one in shown), now)


async def test_of_an_answer_and_a_message_at_once_the_answer_never_goes_over_the_words(
    installed: Installed, desk: Desk, reception: Reception
):
    """Whichever has the lock first: either the answer was there before, or it is held back."""
    member = await a_member(desk, installed.recovery, "douaisis")
    for _ in range(6):
        ref, received = await a_kept_signal(reception, member, desk)
        opened = await open_signal(ref, member, desk)
        seen = mark_of(m.id for m in opened.messages if m.kind is MessageKind.INBOUND)
        answer = reply(ref, "on arrive", member, desk, idempotency_key=str(uuid4()), seen=seen)
        words = add_message(received.access, a_draft("écris pas stp"), reception)
        result, _ = await asyncio.gather(answer, words, return_exceptions=True)

        said = [m.from_team for m in (await read_conversation(received.access, reception)).messages]
        if isinstance(result, NewWords):
            assert said == [False, False]
        else:
            assert result is None
            assert said in ([False, True, False], [False, False])


async def test_an_answer_that_waits_for_the_signal_sees_the_message_that_made_it_wait(
    installed: Installed, desk: Desk, reception: Reception, database: Database
):
    if database.kind == "sqlite":
        return  # one writing connection: the test above says it all
    member = await a_member(desk, installed.recovery, "douaisis")
    ref, received = await a_kept_signal(reception, member, desk)
    opened = await open_signal(ref, member, desk)
    seen = mark_of(m.id for m in opened.messages if m.kind is MessageKind.INBOUND)
    async with desk.records.transaction() as tx:
        assert await tx.signals.locked(received.access.signal_id) is not None
        answer = asyncio.create_task(
            reply(ref, "on arrive", member, desk, idempotency_key="k", seen=seen)
        )
        await waits_for_a_lock(desk.records)
        [first] = await tx.signals.messages(received.access.signal_id)
        await tx.signals.add_message(
            Message(
                id=uuid4(),
                signal_id=first.signal_id,
                kind=MessageKind.INBOUND,
                created_at=first.created_at,
                sealed=first.sealed,
            )
        )

    with pytest.raises(NewWords):
        await answer

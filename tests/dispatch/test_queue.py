"""A team's queue: its order, who sees what, and that exactly one of many claims wins."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.desk import Desk, SignedIn
from dispatch.errors import SignalIsClosed, SignalNotFound, TakenBySomebody
from dispatch.hand_over import change_level, close, transfer
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import (
    Queue,
    QueueRow,
    claim,
    list_queue,
    take_over,
    urgency,
    waiting_alerts,
)
from dispatch.replies import add_note, reply
from intake.receive import receive_signal
from intake.reception import Reception
from records.tables import FollowUpKind, Outcome, Role
from tests.builders import TUESDAY_MORNING, FrozenClock, a_draft, a_kept_signal, a_member
from triage.vocabulary import Author, Level

NOW = TUESDAY_MORNING
minutes = st.integers(0, 60 * 24 * 40).map(lambda number: timedelta(minutes=number))


def a_row(
    level: Level, *, due: datetime, promised: datetime = NOW, received: datetime = NOW
) -> QueueRow:
    return QueueRow(
        id=uuid.uuid4(),
        ref="",
        level=level,
        team="douaisis",
        author=Author.UNKNOWN,
        received_at=received,
        promise=FollowUpKind.READ,
        late_again_at=due + max(due - promised, timedelta(seconds=1)),
        due_at=due,
        is_overdue=due <= NOW,
        owner_id=None,
        owner_name="",
    )


on_time = st.builds(
    lambda level, since, left: a_row(
        level, due=NOW + left + timedelta(minutes=1), promised=NOW - since, received=NOW - since
    ),
    st.sampled_from(Level), minutes, minutes,
)  # fmt: skip
late = st.builds(
    lambda level, given, over: a_row(
        level, due=NOW - over, promised=NOW - over - given, received=NOW - over - given
    ),
    st.sampled_from(Level), minutes, minutes,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(on_time, max_size=12))
def test_what_is_not_late_goes_by_level_then_due_time_then_age(rows: list[QueueRow]):
    ordered = sorted(rows, key=lambda row: urgency(row, NOW))

    assert ordered == sorted(rows, key=lambda row: (-row.level.rank, row.due_at, row.received_at))


@settings(deadline=None, max_examples=150)
@given(late, on_time)
def test_being_late_counts_one_level_more_but_never_as_critical(row: QueueRow, other: QueueRow):
    if other.level.rank <= row.level.rank:
        assert urgency(row, NOW) < urgency(other, NOW)
    elif other.level is Level.CRITICAL:
        assert urgency(other, NOW) < urgency(row, NOW)
    else:
        assert -urgency(row, NOW)[0] >= row.level.rank + 1


@settings(deadline=None, max_examples=150)
@given(st.one_of(late, on_time), minutes)
def test_nothing_becomes_less_urgent_by_waiting(row: QueueRow, more: timedelta):
    assert urgency(row, NOW + more) <= urgency(row, NOW)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(Level), minutes)
def test_nothing_starves_under_a_constant_stream_of_fresh_urgent_signals(
    level: Level, allowed: timedelta
):
    """However low it was rated, once late four times over it comes before a fresh high one."""
    given_time = max(allowed, timedelta(minutes=1))
    row = a_row(level, due=NOW + given_time)
    later = NOW + 5 * given_time
    fresh = a_row(Level.HIGH, due=later + timedelta(minutes=60), promised=later, received=later)

    assert urgency(row, later) < urgency(fresh, later)


async def test_the_queue_is_listed_in_this_order(
    reception: Reception, desk: Desk, installed: Installed, clock: FrozenClock
):
    member = await a_member(desk, installed.recovery, "douaisis")
    refs = [(await a_kept_signal(reception, member, desk))[0] for _ in range(4)]
    for ref, level in zip(
        refs, (Level.LOW, Level.CRITICAL, Level.MODERATE, Level.HIGH), strict=True
    ):
        await change_level(ref, member, desk, level=level, reason="relu")

    rows = await list_queue(member, desk, queue=Queue.OPEN)
    assert [row.ref for row in rows] == [refs[1], refs[3], refs[2], refs[0]]
    clock.advance(days=60)
    late_rows = await list_queue(member, desk, queue=Queue.OPEN)
    assert all(row.is_overdue for row in late_rows)


async def test_of_fifty_members_who_claim_at_once_one_has_it(
    reception: Reception, desk: Desk, installed: Installed
):
    members = [
        await a_member(desk, installed.recovery, "douaisis", name=f"Membre {number}")
        for number in range(50)
    ]
    ref, _ = await a_kept_signal(reception, members[0], desk)

    answers = await asyncio.gather(
        *(claim(ref, member, desk) for member in members), return_exceptions=True
    )

    [winner] = [m for m, answer in zip(members, answers, strict=True) if answer is None]
    refused = [answer for answer in answers if isinstance(answer, TakenBySomebody)]
    assert len(refused) == 49
    assert {(one.owner_id, one.owner_name) for one in refused} == {(winner.id, winner.name)}
    opened = await open_signal(ref, winner, desk)
    assert [line.action for line in opened.trail].count("signal:claim") == 1


async def test_claiming_one_s_own_again_is_no_error_and_no_line(
    reception: Reception, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    ref, _ = await a_kept_signal(reception, member, desk)
    await claim(ref, member, desk)
    await claim(ref, member, desk)

    opened = await open_signal(ref, member, desk)
    assert opened.owner_id == member.id
    assert [line.action for line in opened.trail] == ["signal:claim", "signal:open"]


async def test_a_double_click_on_claim_is_one_claim(
    reception: Reception, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    ref, _ = await a_kept_signal(reception, member, desk)
    await asyncio.gather(*(claim(ref, member, desk) for _ in range(6)))

    opened = await open_signal(ref, member, desk)
    assert [line.action for line in opened.trail].count("signal:claim") == 1


async def test_taking_over_needs_the_colleague_who_still_has_it(
    reception: Reception, desk: Desk, installed: Installed
):
    first = await a_member(desk, installed.recovery, "douaisis", name="Anne")
    second = await a_member(desk, installed.recovery, "douaisis", name="Bruno")
    third = await a_member(desk, installed.recovery, "douaisis", name="Chloé")
    ref, _ = await a_kept_signal(reception, first, desk)
    await claim(ref, first, desk)

    await take_over(ref, second, desk, expected_owner=first.id)
    with pytest.raises(TakenBySomebody) as refused:
        await take_over(ref, third, desk, expected_owner=first.id)
    assert refused.value.owner_name == "Bruno"
    with pytest.raises(TakenBySomebody):
        await claim(ref, third, desk)


async def test_a_closed_signal_is_not_claimed(
    reception: Reception, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    other = await a_member(desk, installed.recovery, "douaisis")
    ref, _ = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    await claim(ref, member, desk)
    await close(ref, member, desk, outcome=Outcome.INFORMED)

    with pytest.raises(SignalIsClosed):
        await claim(ref, other, desk)
    with pytest.raises(SignalIsClosed):
        await take_over(ref, other, desk, expected_owner=member.id)


async def test_a_claim_releases_from_quarantine(
    reception: Reception, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    await receive_signal(a_draft(commune="Douai"), reception, suspicious=True)
    [row] = await list_queue(member, desk, queue=Queue.QUARANTINE)
    assert await list_queue(member, desk, queue=Queue.OPEN) == ()
    assert row.due_at is not None
    assert [alert.ref for alert in await waiting_alerts(member, desk)] == [row.ref]

    await claim(row.ref, member, desk)

    assert await list_queue(member, desk, queue=Queue.QUARANTINE) == ()
    assert [r.ref for r in await list_queue(member, desk, queue=Queue.OPEN)] == [row.ref]


UseCase = Callable[[str, SignedIn, Desk], Awaitable[object]]
USE_CASES: dict[str, UseCase] = {
    "open": open_signal,
    "claim": claim,
    "take over": lambda ref, m, desk: take_over(ref, m, desk, expected_owner=uuid.uuid4()),
    "reply": lambda ref, m, desk: reply(ref, "bonjour", m, desk, idempotency_key="k" * 36),
    "note": lambda ref, m, desk: add_note(ref, "à voir", m, desk, idempotency_key="n" * 36),
    "transfer": lambda ref, m, desk: transfer(ref, m, desk, to_team="flandres", reason="là-bas"),
    "change level": lambda ref, m, desk: change_level(ref, m, desk, level=Level.LOW, reason="lu"),
    "close": lambda ref, m, desk: close(ref, m, desk, outcome=Outcome.INFORMED),
}


async def test_another_team_s_member_and_an_administrator_find_nothing_anywhere(
    reception: Reception, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    ref, _ = await a_kept_signal(reception, member, desk)
    await receive_signal(a_draft(commune="Douai"), reception, suspicious=True)
    strangers = [
        await a_member(desk, installed.recovery, "flandres"),
        await a_member(desk, installed.recovery, "flandres", "coordination", role=Role.SUPERVISOR),
        await a_member(desk, installed.recovery, role=Role.ADMINISTRATOR),
    ]

    for stranger in strangers:
        for queue in Queue:
            assert await list_queue(stranger, desk, queue=queue) == ()
        assert await waiting_alerts(stranger, desk) == ()
        for name, use in USE_CASES.items():
            with pytest.raises(SignalNotFound):
                await use(ref, stranger, desk)
            with pytest.raises(SignalNotFound):
                await use("999-999", stranger, desk)
            assert name
    opened = await open_signal(ref, member, desk)
    assert [line.action for line in opened.trail] == ["signal:open"]


async def test_a_closed_signal_is_as_invisible_to_other_teams(
    reception: Reception, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    stranger = await a_member(desk, installed.recovery, "flandres")
    ref, _ = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    await claim(ref, member, desk)
    await close(ref, member, desk, outcome=Outcome.INFORMED)

    assert [row.ref for row in await list_queue(member, desk, queue=Queue.CLOSED)] == [ref]
    assert await list_queue(stranger, desk, queue=Queue.CLOSED) == ()
    for use in USE_CASES.values():
        with pytest.raises(SignalNotFound):
            await use(ref, stranger, desk)


async def test_supervision_sees_and_opens_all(
    reception: Reception, desk: Desk, installed: Installed
):
    supervisor = await a_member(desk, installed.recovery, "supervision", role=Role.SUPERVISOR)
    for commune in ("Douai", "Dunkerque", None):
        await receive_signal(a_draft("bonjour", commune=commune), reception)

    rows = await list_queue(supervisor, desk, queue=Queue.OPEN)
    assert {row.team for row in rows} == {"douaisis", "flandres", "coordination"}
    for row in rows:
        opened = await open_signal(row.ref, supervisor, desk)
        assert opened.messages[0].content.text == "bonjour"

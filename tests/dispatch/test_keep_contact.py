"""Keeping the link: every attempt has an outcome, and an open signal always has a next date."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.deadlines import Link
from dispatch.desk import Desk, SignedIn
from dispatch.errors import (
    EndingMissing,
    LaterThanPromised,
    NothingPlanned,
    SignalIsClosed,
    UnknownDate,
)
from dispatch.hand_over import change_level, close
from dispatch.install import Installed
from dispatch.keep_contact import came_back, note_outcome, plan_next
from dispatch.link import MISSES, contacts
from dispatch.listening_point import ListeningPoint
from dispatch.open_signal import open_signal
from dispatch.own_alerts import own_alerts
from dispatch.replies import reply
from dispatch.routing import SUPERVISION
from dispatch.worker import Worker
from intake.add_message import add_message
from intake.reception import Reception
from records import Records
from records.tables import (
    FollowUpEnd,
    FollowUpKind,
    FollowUpOutcome,
    MessageKind,
    NotificationEvent,
    Outcome,
    Role,
)
from tests.builders import TUESDAY_MORNING, FrozenClock, a_draft, a_kept_signal, a_member, every_row
from tests.channels import tick
from tests.dispatch.test_promises import promises
from triage.vocabulary import Level

K = FollowUpKind


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis")


@pytest.fixture
async def ref(reception: Reception, desk: Desk, anne: SignedIn) -> str:
    """A moderate or low signal that was read and answered."""
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(commune="Douai"))
    await open_signal(ref, anne, desk)
    await reply(ref, "on est là", anne, desk, idempotency_key=str(uuid.uuid4()))
    return ref


async def test_recontacts_come_weekly_then_fortnightly_then_monthly(
    ref: str, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    level_days = 30  # of a low signal, then the rhythm
    waits = []
    for _ in range(5):
        due = (await promises(ref, records))[K.RECONTACT].due_at
        waits.append((due - clock()).days)
        clock.now = due
        await note_outcome(ref, FollowUpOutcome.REACHED, anne, desk)

    # Three of these days are a Sunday, a Sunday and a Saturday: they fall due on the Friday before.
    assert waits == [level_days, 7, 14, 29, 28]


async def test_three_misses_in_a_row_tell_the_supervisor_once(
    ref: str, desk: Desk, anne: SignedIn, installed: Installed, worker: Worker, clock: FrozenClock
):
    cadre = await a_member(desk, installed.recovery, SUPERVISION, role=Role.SUPERVISOR)
    for outcome in (
        FollowUpOutcome.NO_ANSWER, FollowUpOutcome.REACHED, FollowUpOutcome.NO_ANSWER,
        FollowUpOutcome.UNDELIVERABLE,
    ):  # fmt: skip
        await note_outcome(ref, outcome, anne, desk)
        clock.advance(minutes=1)
    await tick(worker)
    assert await own_alerts(cadre, desk) == ()
    for _ in range(2):
        await note_outcome(ref, FollowUpOutcome.NO_ANSWER, anne, desk)
        clock.advance(minutes=1)
    await tick(worker)

    events = [one.event for one in await own_alerts(cadre, desk)]
    assert events == [NotificationEvent.MISSED]


@pytest.mark.parametrize("outcome", [FollowUpOutcome.REFUSED, FollowUpOutcome.NOT_SAFE_NOW])
async def test_who_refuses_or_is_not_safe_is_not_asked_again_by_rhythm(
    outcome: FollowUpOutcome, ref: str, desk: Desk, anne: SignedIn, records: Records
):
    await note_outcome(ref, outcome, anne, desk)

    assert set(await promises(ref, records)) == {K.REVIEW}


async def test_back_from_running_away_is_to_be_seen_within_72_hours(
    ref: str, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    await came_back(ref, anne, desk)
    await came_back(ref, anne, desk)
    found = await promises(ref, records)

    assert found[K.RETURN].due_at == clock() + timedelta(hours=72)
    assert K.RECONTACT in found


async def test_a_day_chosen_by_hand_never_puts_off_an_earlier_one(
    ref: str, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    before = (await promises(ref, records))[K.RECONTACT].due_at
    await plan_next(ref, K.RECONTACT, before + timedelta(days=9), anne, desk)
    assert (await promises(ref, records))[K.RECONTACT].due_at == before
    sooner = clock() + timedelta(days=2)
    await plan_next(ref, K.RECONTACT, sooner, anne, desk)
    assert (await promises(ref, records))[K.RECONTACT].due_at == sooner


@pytest.mark.parametrize("days", [-1, 0, 181])
async def test_a_day_that_has_passed_or_is_far_ahead_is_refused(
    days: int, ref: str, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    with pytest.raises(UnknownDate):
        await plan_next(ref, K.REVIEW, clock() + timedelta(days=days), anne, desk)
    with pytest.raises(UnknownDate):
        await note_outcome(
            ref, FollowUpOutcome.REACHED, anne, desk, next_at=clock() + timedelta(days=days)
        )


async def test_nothing_is_noted_where_nothing_was_planned_or_all_is_closed(
    reception: Reception, ref: str, desk: Desk, anne: SignedIn
):
    fresh, _ = await a_kept_signal(reception, anne, desk)
    with pytest.raises(NothingPlanned):
        await note_outcome(fresh, FollowUpOutcome.REACHED, anne, desk)
    await close(ref, anne, desk, outcome=Outcome.INFORMED)
    for act in (
        note_outcome(ref, FollowUpOutcome.REACHED, anne, desk), came_back(ref, anne, desk),
    ):  # fmt: skip
        with pytest.raises(SignalIsClosed):
            await act


async def test_a_live_exchange_is_one_contact(
    reception: Reception, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    """Five short answers, and hers between them: the next recontact is as near as after one."""
    ref, received = await a_kept_signal(reception, anne, desk, a_draft(commune="Douai"))
    await reply(ref, "on est là", anne, desk, idempotency_key=str(uuid.uuid4()))
    after_one = (await promises(ref, records))[K.RECONTACT].due_at - clock()
    for _ in range(5):
        clock.advance(minutes=2)
        await reply(ref, "je t'écoute", anne, desk, idempotency_key=str(uuid.uuid4()))
        await add_message(received.access, a_draft("oui"), reception)
        await open_signal(ref, anne, desk)

    assert (await promises(ref, records))[K.RECONTACT].due_at - clock() <= after_one


async def test_a_miss_shortens_the_interval_and_a_contact_that_reached_restores_it(
    ref: str, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    waits = []
    for outcome in (*MISSES, FollowUpOutcome.NO_ANSWER, FollowUpOutcome.REACHED):
        clock.now = (await promises(ref, records))[K.RECONTACT].due_at
        await note_outcome(ref, outcome, anne, desk)
        waits.append((await promises(ref, records))[K.RECONTACT].due_at - clock())

    assert waits[0] > waits[1] > waits[2]
    assert waits[3] > waits[2]


async def test_a_day_later_than_the_policy_is_refused_and_says_until_when(
    ref: str, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    with pytest.raises(LaterThanPromised) as refused:
        await note_outcome(
            ref, FollowUpOutcome.NO_ANSWER, anne, desk, next_at=clock() + timedelta(days=40)
        )
    assert clock().date() < refused.value.last < (clock() + timedelta(days=30)).date()
    assert K.RECONTACT in await promises(ref, records)


async def test_a_nearer_date_that_stands_is_said_to_stand(
    ref: str, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    assert await plan_next(ref, K.RECONTACT, clock() + timedelta(days=3), anne, desk)
    assert not await plan_next(ref, K.RECONTACT, clock() + timedelta(days=4), anne, desk)


@pytest.mark.parametrize(
    ("hours", "number"),
    [((), 0), ((0, 1, 23), 1), ((0, 24), 2), ((0, 20, 40, 60), 2), ((0, 24, 48, 72), 4)],
)
def test_contacts_are_counted_by_the_day(hours: tuple[int, ...], number: int):
    moments = [TUESDAY_MORNING + timedelta(hours=h) for h in hours]
    assert contacts(reversed(moments)) == number


links = st.builds(Link, st.integers(0, 6), st.integers(0, 6))


@given(one=links, other=links, level=st.sampled_from(Level))
def test_nothing_but_contacts_that_reached_the_person_lengthens_an_interval(
    one: Link, other: Link, level: Level, point: ListeningPoint
):
    def length(link: Link) -> timedelta:
        return point.deadlines.time_given(K.RECONTACT, level, link).length

    if one.contacts == other.contacts and one.misses >= other.misses:
        assert length(one) <= length(other)
    assert length(one) >= min(point.deadlines.link.shortest, length(Link(one.contacts)))


said = st.lists(
    st.sampled_from([*MISSES, FollowUpOutcome.NOT_SAFE_NOW, "reply", "wait", "review"]), max_size=8
)


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said)
async def test_whatever_staff_do_without_reaching_anybody_the_next_date_is_never_further(
    reception: Reception, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock,
    steps: list[object],
):  # fmt: skip
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(commune="Douai"))
    await reply(ref, "oui", anne, desk, idempotency_key=str(uuid.uuid4()))
    longest = desk.point.deadlines.time_given(K.RECONTACT, Level.LOW).length
    for step in steps:
        await act(step, ref, anne, desk, clock)
        nearest = min(promise.due_at for promise in (await promises(ref, records)).values())
        assert nearest - clock() <= longest + timedelta(days=4)  # where the calendar is closed
        if isinstance(step, FollowUpOutcome) and step in MISSES:
            assert nearest - clock() <= longest / 2 + timedelta(days=4)


async def test_closing_keeps_nothing_that_was_not_kept(
    ref: str, desk: Desk, anne: SignedIn, records: Records, worker: Worker, clock: FrozenClock
):
    await came_back(ref, anne, desk)
    promised = await promises(ref, records)
    ends = {promised[K.RETURN].id: FollowUpEnd.HANDED_OVER}
    with pytest.raises(EndingMissing):
        await close(ref, anne, desk, outcome=Outcome.INFORMED, ends=ends)
    assert set(await promises(ref, records)) == {K.RETURN, K.RECONTACT}

    ends[promised[K.RECONTACT].id] = FollowUpEnd.NO_LONGER_NEEDED
    await close(ref, anne, desk, outcome=Outcome.INFORMED, ends=ends)
    rows = {row["id"]: row for row in (await every_row(records))["follow_up"]}
    for promise_id, why in ends.items():
        row = rows[promise_id]
        assert (row["met_at"], row["ended_at"], row["ended_why"]) == (None, clock(), why)
    clock.advance(days=60)
    fired = len((await every_row(records))["escalation"])
    await tick(worker)
    assert len((await every_row(records))["escalation"]) == fired
    async with records.reading() as tx:
        ended = await tx.figures.ended(since=clock() - timedelta(days=90))
        assert await tx.follow_ups.broken_promises(5) == []
    assert sorted(ended) == [
        (K.RECONTACT, FollowUpEnd.NO_LONGER_NEEDED, 1), (K.RETURN, FollowUpEnd.HANDED_OVER, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("outcome", [FollowUpOutcome.NO_ANSWER, FollowUpOutcome.REFUSED])
async def test_an_attempt_that_met_nobody_leaves_the_return_to_be_seen(
    outcome: FollowUpOutcome, ref: str, desk: Desk, anne: SignedIn, records: Records
):
    await came_back(ref, anne, desk)
    due = (await promises(ref, records))[K.RETURN].due_at
    for _ in range(2):
        await note_outcome(ref, outcome, anne, desk)
        assert (await promises(ref, records))[K.RETURN].due_at == due
    await note_outcome(ref, FollowUpOutcome.REACHED, anne, desk)
    assert K.RETURN not in await promises(ref, records)


async def test_a_nearer_date_ends_the_further_one_and_keeps_nothing(
    ref: str, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    await plan_next(ref, K.RECONTACT, clock() + timedelta(days=3), anne, desk)
    opened = await open_signal(ref, anne, desk)
    assert [done.ended_why for done in opened.history] == [FollowUpEnd.REPLACED]


async def test_the_history_tells_outcomes_and_both_levels(ref: str, desk: Desk, anne: SignedIn):
    await note_outcome(ref, FollowUpOutcome.NO_ANSWER, anne, desk)
    await change_level(ref, anne, desk, level=Level.HIGH, reason="elle a pleuré")
    opened = await open_signal(ref, anne, desk)
    assert [done.outcome for done in opened.history] == [FollowUpOutcome.NO_ANSWER]
    [note] = [m.content.text for m in opened.messages if m.kind is MessageKind.NOTE]
    assert note == "Niveau : Bas → Élevé.\nelle a pleuré"


acts = st.lists(st.sampled_from([*FollowUpOutcome, "back", "review", "reply", "wait"]), max_size=8)


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts)
async def test_whatever_is_done_an_open_signal_has_a_next_date_and_is_due_with_the_nearest(
    reception: Reception, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock,
    steps: list[object],
):  # fmt: skip
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(commune="Douai"))
    await reply(ref, "oui", anne, desk, idempotency_key=str(uuid.uuid4()))
    for step in steps:
        await act(step, ref, anne, desk, clock)
        async with records.reading() as tx:
            assert await tx.follow_ups.broken_promises(5) == []
        assert await promises(ref, records)


async def act(step: object, ref: str, anne: SignedIn, desk: Desk, clock: FrozenClock) -> None:
    if isinstance(step, FollowUpOutcome):
        await note_outcome(ref, step, anne, desk)
    elif step == "back":
        await came_back(ref, anne, desk)
    elif step == "review":
        await plan_next(ref, K.REVIEW, clock() + timedelta(days=3), anne, desk)
    elif step == "reply":
        await reply(ref, "oui", anne, desk, idempotency_key=str(uuid.uuid4()))
    else:
        clock.advance(hours=5)

"""Keeping the link: every attempt has an outcome, and an open signal always has a next date."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.desk import Desk, SignedIn
from dispatch.errors import NothingPlanned, SignalIsClosed, UnknownDate
from dispatch.hand_over import close
from dispatch.install import Installed
from dispatch.keep_contact import came_back, note_outcome, plan_next
from dispatch.open_signal import open_signal
from dispatch.own_alerts import own_alerts
from dispatch.replies import reply
from dispatch.routing import SUPERVISION
from dispatch.worker import Worker
from intake.reception import Reception
from records import Records
from records.tables import FollowUpKind, FollowUpOutcome, NotificationEvent, Outcome, Role
from tests.builders import FrozenClock, a_draft, a_kept_signal, a_member
from tests.channels import tick
from tests.dispatch.test_promises import promises

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

    assert waits == [level_days, 7, 14, 30, 30]


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

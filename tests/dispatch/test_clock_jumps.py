"""Clocks that go back or forward: nothing waits for hours, nothing is told twice."""

from datetime import timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.absence import give_sign_of_life
from dispatch.bring_back import SLACK, bring_back
from dispatch.desk import Desk, SignedIn
from dispatch.install import Installed
from dispatch.own_alerts import own_alerts
from dispatch.queue import claim
from dispatch.scheduler import PURGE_EVERY, begin_anew
from dispatch.worker import CLOCKS_APART, DEAD_AFTER, Worker, is_silent, watch
from intake.receive import receive_signal
from intake.reception import Reception
from records import Records
from records.tables import FollowUpKind, NotificationEvent, Outcome
from runtime.clock import utc_now
from tests.builders import FrozenClock, a_draft, a_kept_signal, a_member, every_row, kept
from tests.channels import RecordingChannel, tick
from tests.dispatch.test_promises import promises
from tests.dispatch.test_purge import a_closed

CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", email="anne@equipe.invalid")


async def test_a_heartbeat_in_the_future_is_no_sign_of_life(
    desk: Desk, worker: Worker, clock: FrozenClock
):
    began = clock()
    clock.advance(days=1)
    await worker.beat()
    clock.advance(days=-1)
    clock.advance(seconds=DEAD_AFTER.total_seconds())
    assert await is_silent(desk, since=began)

    other = Worker(desk, worker.reach)
    await other.beat()
    assert not await is_silent(desk, since=began)


@pytest.mark.parametrize("jump", [timedelta(hours=-3), timedelta(hours=3), timedelta(days=-40)])
async def test_an_outage_is_one_outage_although_clocks_jump(
    jump: timedelta, desk: Desk, worker: Worker, anne: SignedIn, clock: FrozenClock
):
    await worker.beat()
    clock.advance(minutes=5)
    await watch(worker, since=clock())
    clock.now += jump
    for _ in range(3):
        clock.advance(minutes=5)
        await watch(worker, since=clock() - timedelta(minutes=10))
    events = [one.event for one in await own_alerts(anne, desk)]
    assert events.count(NotificationEvent.WORKER_AWAY) == 1

    await worker.beat()
    clock.advance(minutes=5)
    await watch(worker, since=clock())
    events = [one.event for one in await own_alerts(anne, desk)]
    assert events.count(NotificationEvent.WORKER_AWAY) == 2


@settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ahead=st.timedeltas(min_value=timedelta(minutes=3), max_value=timedelta(days=500)))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_was_promised_by_a_clock_that_was_ahead_is_due_as_if_made_now(
    ahead: timedelta, reception: Reception, desk: Desk, anne: SignedIn, clock: FrozenClock,
    records: Records,
):  # fmt: skip
    right = clock()
    clock.now = right + ahead
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(CRITICAL, commune="Douai"))
    clock.now = right
    await bring_back(desk)

    for kind, minutes in ((FollowUpKind.READ, 15), (FollowUpKind.ANSWER, 30)):
        assert (await promises(ref, records))[kind].due_at == right + timedelta(minutes=minutes)
    async with records.reading() as tx:
        assert await tx.follow_ups.broken_promises(5) == []


async def test_what_waited_for_a_time_that_no_clock_should_have_named_goes_out_at_once(
    reception: Reception, worker: Worker, desk: Desk, anne: SignedIn, mail: RecordingChannel,
    clock: FrozenClock,
):  # fmt: skip
    await receive_signal(a_draft(CRITICAL, commune="Douai"), reception)
    right = clock()
    clock.advance(days=30)
    mail.fails = ConnectionError()
    await tick(worker)  # put off to a moment of that clock
    mail.fails = None
    clock.now = right
    await bring_back(desk)
    await tick(worker)

    assert len(mail.sent) == 1


async def test_who_was_seen_in_the_future_is_seen_now_and_can_leave(
    reception: Reception, worker: Worker, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    right = clock()
    clock.advance(days=2)
    await give_sign_of_life(anne, desk)
    await claim(ref, anne, desk)
    clock.now = right
    await bring_back(desk)
    clock.advance(hours=1)
    await tick(worker)

    [signal] = (await every_row(desk.records))["signal"]
    assert signal["owner_id"] is None


async def test_what_is_right_stays_as_it_is(
    reception: Reception, worker: Worker, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    await kept(a_draft(commune="Douai"), reception)
    await give_sign_of_life(anne, desk)
    await tick(worker)
    before = await every_row(desk.records)
    clock.now -= SLACK / 2  # machines that differ by seconds
    assert await bring_back(desk) == 0
    assert await every_row(desk.records) == before


def test_after_a_jump_every_job_is_due_and_what_erases_waits_a_day():
    scheduler = AsyncIOScheduler()
    far = utc_now() + timedelta(days=3)
    for seconds in (5, PURGE_EVERY.total_seconds()):
        scheduler.add_job(print, "interval", seconds=seconds, next_run_time=far)
    begin_anew(scheduler)
    often, daily = scheduler.get_jobs()
    now = utc_now()

    assert often.next_run_time <= now
    assert now + PURGE_EVERY - timedelta(minutes=1) <= daily.next_run_time <= now + PURGE_EVERY


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_nothing_is_erased_while_clocks_do_not_agree(
    reception: Reception, desk: Desk, worker: Worker, installed: Installed, clock: FrozenClock
):
    anne = await a_member(desk, installed.recovery, "douaisis")
    await a_closed(Outcome.NO_DANGER, reception, desk, anne)
    from_now = clock() + timedelta(days=800)
    clock.now = from_now
    wrong = Worker(desk, worker.reach, machine=lambda: from_now - CLOCKS_APART)
    await wrong.purge()
    assert (await every_row(desk.records))["signal"]
    await Worker(desk, worker.reach, machine=lambda: from_now).purge()
    assert not (await every_row(desk.records))["signal"]

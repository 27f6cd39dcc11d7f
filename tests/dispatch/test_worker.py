"""The worker is watched, the absent give back what they took, and nothing ends it."""

import uuid
from datetime import timedelta

import pytest

from dispatch.absence import give_sign_of_life, go_off_duty
from dispatch.desk import Desk, SignedIn
from dispatch.errors import NotYours
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.own_alerts import own_alerts
from dispatch.queue import Queue, claim, list_queue, waiting_alerts
from dispatch.replies import reply
from dispatch.routing import SUPERVISION
from dispatch.worker import BEAT_EVERY, DEAD_AFTER, WATCH_EVERY, Worker, is_dead, watch
from intake.reception import Reception
from records.tables import NotificationEvent, OutboxEvent, Role
from tests.builders import TUESDAY_MORNING, FrozenClock, a_draft, a_kept_signal, a_member, kept
from tests.channels import RecordingChannel, tick

CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", email="anne@equipe.invalid")


@pytest.fixture
async def cadre(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(
        desk, installed.recovery, SUPERVISION, email="cadre@equipe.invalid", role=Role.SUPERVISOR
    )


# The watch


def test_a_dead_worker_is_noticed_within_two_minutes():
    """From its last sign of life to the watch's next look, whatever the watch's own beat."""
    assert timedelta(minutes=2) > DEAD_AFTER + WATCH_EVERY + BEAT_EVERY
    now = TUESDAY_MORNING
    assert not is_dead(now - DEAD_AFTER + timedelta(seconds=1), since=now, now=now)
    assert is_dead(now - DEAD_AFTER, since=now, now=now)
    assert not is_dead(None, since=now, now=now)


async def test_where_all_workers_are_away_the_web_process_tells_once_and_stands_in(
    desk: Desk, worker: Worker, cadre: SignedIn, anne: SignedIn, mail: RecordingChannel,
    clock: FrozenClock, reception: Reception,
):  # fmt: skip
    began = clock()
    await worker.beat()
    assert not await watch(worker, since=began)
    clock.advance(seconds=DEAD_AFTER.total_seconds())
    await kept(a_draft(CRITICAL, commune="Douai"), reception)

    assert await watch(worker, since=began)
    assert sorted(mail.addresses) == ["anne@equipe.invalid", "cadre@equipe.invalid"]
    assert [one.event for one in await own_alerts(cadre, desk)] == [NotificationEvent.WORKER_AWAY]
    clock.advance(seconds=WATCH_EVERY.total_seconds())
    assert await watch(worker, since=began)
    assert len(await own_alerts(cadre, desk)) == 1
    await worker.beat()
    assert not await watch(worker, since=began)


async def test_a_second_outage_is_told_of_again(
    desk: Desk, worker: Worker, cadre: SignedIn, clock: FrozenClock
):
    for _ in range(2):
        await worker.beat()
        clock.advance(minutes=5)
        await watch(worker, since=clock())
    events = [one.event for one in await own_alerts(cadre, desk)]
    assert events.count(NotificationEvent.WORKER_AWAY) == 2


async def test_one_thing_that_fails_does_not_keep_the_next_from_being_done(
    worker: Worker, desk: Desk, reception: Reception, anne: SignedIn, mail: RecordingChannel
):
    await kept(a_draft(CRITICAL, commune="Douai"), reception)

    async def fails() -> None:
        raise RuntimeError("whatever")

    await worker.guard(fails)
    await tick(worker)
    assert len(mail.sent) == 1


# The absent


async def test_what_somebody_took_and_did_not_answer_comes_back_when_they_are_gone(
    desk: Desk, reception: Reception, worker: Worker, anne: SignedIn, clock: FrozenClock
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    await give_sign_of_life(anne, desk)
    await claim(ref, anne, desk)
    clock.advance(minutes=29)
    await tick(worker)
    [row] = await list_queue(anne, desk, queue=Queue.OPEN)
    assert row.owner_id == anne.id
    due = row.due_at
    clock.advance(minutes=1)
    await tick(worker)

    [row] = await list_queue(anne, desk, queue=Queue.OPEN)
    assert row.owner_id is None
    assert row.due_at == due  # the sender's clock does not start again
    assert OutboxEvent.RETURNED in {one.event for one in await waiting_alerts(anne, desk)}


async def test_who_gives_a_sign_of_life_keeps_what_they_took(
    desk: Desk, reception: Reception, worker: Worker, anne: SignedIn, clock: FrozenClock
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    await claim(ref, anne, desk)
    for _ in range(4):
        clock.advance(minutes=20)
        await give_sign_of_life(anne, desk)
        await tick(worker)

    [row] = await list_queue(anne, desk, queue=Queue.OPEN)
    assert row.owner_id == anne.id


async def test_what_was_answered_stays_with_who_answered(
    desk: Desk, reception: Reception, worker: Worker, anne: SignedIn, clock: FrozenClock
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    await open_signal(ref, anne, desk)
    await reply(ref, "on est là", anne, desk, idempotency_key=str(uuid.uuid4()))
    clock.advance(hours=10)
    await tick(worker)

    [row] = await list_queue(anne, desk, queue=Queue.OPEN)
    assert row.owner_id == anne.id


async def test_going_off_duty_gives_back_one_s_own_and_nobody_else_s(
    desk: Desk, installed: Installed, reception: Reception, anne: SignedIn
):
    bruno = await a_member(desk, installed.recovery, "douaisis")
    mine, _ = await a_kept_signal(reception, anne, desk)
    theirs, _ = await a_kept_signal(reception, anne, desk)
    await claim(mine, anne, desk)
    await claim(theirs, bruno, desk)
    assert await go_off_duty(anne, desk) == 1

    owners = {row.ref: row.owner_id for row in await list_queue(anne, desk, queue=Queue.OPEN)}
    assert owners == {mine: None, theirs: bruno.id}
    await claim(mine, bruno, desk)
    with pytest.raises(NotYours):
        await reply(mine, "encore moi", anne, desk, idempotency_key="k")

"""Rungs: each fires once, at its time, and tells the right people; nothing is ever forgotten."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from dispatch.absence import give_sign_of_life
from dispatch.desk import Desk, SignedIn
from dispatch.escalate import escalate
from dispatch.figures import read_figures
from dispatch.hand_over import change_level, transfer
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.own_alerts import own_alerts
from dispatch.queue import Queue, claim, list_queue, urgency
from dispatch.replies import reply
from dispatch.roster import put_on_call, week_of
from dispatch.routing import SUPERVISION
from dispatch.worker import Worker
from intake.add_message import add_message
from intake.reception import Reception
from records import Records
from records.tables import Role
from tests.builders import FrozenClock, a_draft, a_kept_signal, a_member, every_row, kept
from tests.channels import RecordingChannel, tick
from triage.vocabulary import Level

CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"
HIGH = "j'ai 15 ans, je suis en fugue, il veut que je fasse des passes"


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", email="anne@equipe.invalid")


@pytest.fixture
async def bruno(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", email="bruno@equipe.invalid")


@pytest.fixture
async def cadre(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(
        desk, installed.recovery, SUPERVISION, email="cadre@equipe.invalid", role=Role.SUPERVISOR
    )


@pytest.fixture
async def coordination(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "coordination", email="coord@equipe.invalid")


async def a_critical(reception: Reception, member: SignedIn, desk: Desk) -> str:
    ref, _ = await a_kept_signal(reception, member, desk, a_draft(CRITICAL, commune="Douai"))
    return ref


async def fired(records: Records) -> list[int]:
    return sorted(row["percent"] for row in (await every_row(records))["escalation"])


async def test_a_critical_signal_wakes_who_is_on_call_at_once_then_the_supervisor_then_everybody(
    reception: Reception, desk: Desk, worker: Worker, mail: RecordingChannel, clock: FrozenClock,
    anne: SignedIn, bruno: SignedIn, cadre: SignedIn, coordination: SignedIn,
):  # fmt: skip
    await put_on_call("douaisis", week_of(clock(), desk.point.calendar.zone), anne.id, cadre, desk)
    ref = await a_critical(reception, anne, desk)

    await tick(worker)
    assert mail.addresses == ["anne@equipe.invalid"]
    assert f"réf. {ref}" in mail.texts[0]
    clock.advance(minutes=14)
    await tick(worker)
    assert len(mail.sent) == 1
    clock.advance(minutes=1)
    await tick(worker)
    assert mail.addresses[1:] == ["cadre@equipe.invalid"]
    clock.advance(minutes=15)
    await tick(worker)
    assert sorted(mail.addresses[2:]) == [
        "anne@equipe.invalid", "bruno@equipe.invalid", "cadre@equipe.invalid",
        "coord@equipe.invalid",
    ]  # fmt: skip


async def test_who_cannot_open_the_signal_is_told_the_team_and_no_reference(
    reception: Reception, desk: Desk, worker: Worker, mail: RecordingChannel, clock: FrozenClock,
    anne: SignedIn, coordination: SignedIn,
):  # fmt: skip
    ref = await a_critical(reception, anne, desk)
    clock.advance(minutes=30)
    await tick(worker)

    [text] = [n.text for to, n in mail.sent if to.email == "coord@equipe.invalid"]
    assert "Douaisis" in text
    assert ref not in text


@pytest.mark.parametrize("reading", ["read", "transferred"])
async def test_a_signal_that_was_read_is_told_to_nobody_more(
    reading: str, reception: Reception, desk: Desk, worker: Worker, mail: RecordingChannel,
    clock: FrozenClock, anne: SignedIn, cadre: SignedIn, records: Records,
):  # fmt: skip
    ref = await a_critical(reception, anne, desk)
    await open_signal(ref, anne, desk)
    if reading == "transferred":
        await transfer(ref, anne, desk, to_team="flandres", reason="elle est à Dunkerque")
    await reply(ref, "on est là", cadre, desk, idempotency_key=str(uuid.uuid4()))
    await tick(worker)
    clock.advance(hours=20)
    await tick(worker)

    assert await fired(records) == []
    assert all("à faire" not in text and "fallait" not in text for text in mail.texts)


async def test_an_empty_roster_falls_back_to_the_team_and_an_empty_team_to_coordination(
    reception: Reception, desk: Desk, worker: Worker, mail: RecordingChannel, clock: FrozenClock,
    coordination: SignedIn, anne: SignedIn, bruno: SignedIn,
):  # fmt: skip
    await a_critical(reception, anne, desk)
    await tick(worker)
    assert sorted(mail.addresses) == ["anne@equipe.invalid", "bruno@equipe.invalid"]
    clock.advance(minutes=2)
    mail.sent.clear()
    async with desk.records.transaction() as tx:
        for member in (anne, bruno):
            await tx.staff.remove_team_key("douaisis", member.id)
    await kept(a_draft(CRITICAL, commune="Douai"), reception)
    await tick(worker)
    assert mail.addresses == ["coord@equipe.invalid"]


async def test_many_workers_at_once_fire_each_rung_once(
    reception: Reception, desk: Desk, clock: FrozenClock, anne: SignedIn, records: Records
):
    for _ in range(5):
        await a_critical(reception, anne, desk)
    clock.advance(minutes=31)
    await asyncio.gather(*(escalate(desk, []) for _ in range(8)))

    rows = (await every_row(records))["escalation"]
    keys = [(row["follow_up_id"], row["percent"]) for row in rows]
    assert len(keys) == len(set(keys)) == 5 * 4  # reading 0, 100, 200; answer 100


async def test_after_days_away_it_catches_up_in_order_with_one_message_a_person(
    reception: Reception, desk: Desk, worker: Worker, mail: RecordingChannel, clock: FrozenClock,
    anne: SignedIn, records: Records,
):  # fmt: skip
    refs = [await a_critical(reception, anne, desk) for _ in range(4)]
    clock.advance(days=7)
    await tick(worker)

    assert mail.addresses == ["anne@equipe.invalid"]
    assert any(ref in mail.texts[0] for ref in refs)
    rows = (await every_row(records))["escalation"]
    assert len(rows) == 4 * 5
    assert all(row["fired_at"] >= row["due_at"] for row in rows)


async def test_a_high_signal_tells_its_owner_at_half_time_and_only_in_duty_time(
    reception: Reception, desk: Desk, worker: Worker, mail: RecordingChannel, clock: FrozenClock,
    anne: SignedIn, bruno: SignedIn,
):  # fmt: skip
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(HIGH, commune="Douai"))
    await claim(ref, bruno, desk)
    await open_signal(ref, bruno, desk)
    clock.advance(hours=1, minutes=59)
    await give_sign_of_life(bruno, desk)
    await tick(worker)
    assert mail.sent == []
    clock.advance(minutes=1)
    await tick(worker)
    assert mail.addresses == ["bruno@equipe.invalid"]


async def test_a_raised_level_starts_its_own_ladder_and_keeps_the_earlier_due_time(
    reception: Reception, desk: Desk, worker: Worker, mail: RecordingChannel, clock: FrozenClock,
    anne: SignedIn, records: Records,
):  # fmt: skip
    ref, received = await a_kept_signal(reception, anne, desk, a_draft(commune="Douai"))
    await tick(worker)
    assert mail.sent == []
    await add_message(received.access, a_draft(CRITICAL), reception)
    await tick(worker)

    assert mail.addresses == ["anne@equipe.invalid"]
    [row] = [r for r in (await every_row(records))["signal"] if r["ref"] == ref]
    assert row["due_at"] == clock() + timedelta(minutes=15)


async def test_a_lowered_level_takes_no_rung_away(
    reception: Reception, desk: Desk, clock: FrozenClock, anne: SignedIn, records: Records
):
    ref = await a_critical(reception, anne, desk)
    await change_level(ref, anne, desk, level=Level.LOW, reason="relu")
    clock.advance(minutes=16)
    await escalate(desk, [])

    assert await fired(records) == [0, 100]


@pytest.mark.parametrize("seconds", [-1, 0, 1])
async def test_queue_page_worker_figures_and_signal_agree_on_what_is_overdue(
    seconds: int, reception: Reception, desk: Desk, clock: FrozenClock, anne: SignedIn,
    records: Records,
):  # fmt: skip
    ref = await a_critical(reception, anne, desk)
    clock.advance(minutes=15, seconds=seconds)
    late = seconds >= 0

    [row] = await list_queue(anne, desk, queue=Queue.OPEN)
    assert row.is_overdue is late
    assert -urgency(row, clock())[0] == Level.CRITICAL.rank
    figures = await read_figures(desk)
    assert [depth.overdue for depth in figures.depths] == [int(late)]
    assert figures.unlogged == int(late)
    await escalate(desk, [])
    assert (100 in await fired(records)) is late
    promise = next(p for p in (await every_row(records))["follow_up"] if p["kind"] == "read")
    assert (promise["breached_at"] is not None) is late
    # To read it is to keep that promise; the answer is due at another time.
    opened = await open_signal(ref, anne, desk)
    assert [promise.is_overdue for promise in opened.promises] == [False]


async def test_who_read_the_signal_has_nothing_more_to_see_of_it(
    reception: Reception, desk: Desk, worker: Worker, anne: SignedIn
):
    ref = await a_critical(reception, anne, desk)
    await tick(worker)
    assert [alert.ref for alert in await own_alerts(anne, desk)] == [ref]
    await open_signal(ref, anne, desk)

    assert await own_alerts(anne, desk) == ()


async def test_what_is_not_urgent_rings_nobody_outside_duty_hours_also_after_an_outage(
    reception: Reception, desk: Desk, worker: Worker, mail: RecordingChannel, clock: FrozenClock,
    anne: SignedIn,
):  # fmt: skip
    first = a_draft("bonjour, je voudrais parler", commune="Douai")
    await a_kept_signal(reception, anne, desk, first)
    clock.now = clock.now.replace(day=28, hour=2)  # a Saturday's night: no worker until now
    await tick(worker)
    assert await fired(desk.records) != []
    assert mail.sent == []
    assert (await read_figures(desk)).waiting == {}

    clock.now = desk.point.calendar.next_opening(clock.now)
    await tick(worker)
    assert mail.addresses == ["anne@equipe.invalid"]

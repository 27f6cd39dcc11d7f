"""A shift that nobody takes over is told to the supervisor, once, and only where it matters."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.desk import Desk, SignedIn
from dispatch.hand_over import change_level, transfer
from dispatch.handover import read_handovers, report_missing_handovers, take_handover
from dispatch.install import Installed
from dispatch.open_signal import Told as HowFar
from dispatch.open_signal import open_signal
from dispatch.own_alerts import own_alerts
from dispatch.queue import Queue, claim_next, list_queue, numbers_open, waiting_alerts
from dispatch.replies import reply
from dispatch.routing import SUPERVISION
from dispatch.words_seen import mark_of
from intake.add_message import add_message
from intake.receive import receive_signal
from intake.reception import Reception
from records import Records
from records.tables import FollowUpKind, MessageKind, NotificationEvent, Role
from tests.builders import TUESDAY_MORNING, FrozenClock, a_draft, a_kept_signal, a_member, kept
from tests.dispatch.test_promises import promises
from triage.vocabulary import Level

HIGH = "j'ai 15 ans, je suis en fugue, il veut que je fasse des passes"
CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"
OPENS = TUESDAY_MORNING - timedelta(hours=1)  # 9:00 in Lille


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", name="Anne")


@pytest.fixture
async def cadre(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, SUPERVISION, role=Role.SUPERVISOR)


async def missing(desk: Desk, cadre: SignedIn) -> int:
    await report_missing_handovers(desk, [])
    events = [alert.event for alert in await own_alerts(cadre, desk)]
    return events.count(NotificationEvent.HANDOVER)


async def test_what_the_night_left_and_nobody_took_over_is_told_after_a_quarter_of_an_hour(
    reception: Reception, desk: Desk, cadre: SignedIn, anne: SignedIn, clock: FrozenClock
):
    clock.now = OPENS - timedelta(hours=6)
    await kept(a_draft(CRITICAL, commune="Douai"), reception)
    assert await missing(desk, cadre) == 0
    clock.now = OPENS + timedelta(minutes=14, seconds=59)
    assert await missing(desk, cadre) == 0
    clock.advance(seconds=1)
    assert await missing(desk, cadre) == 1
    assert await missing(desk, cadre) == 1  # once a day
    clock.advance(hours=3)
    await take_handover("douaisis", anne, desk)
    clock.now = OPENS + timedelta(days=1, minutes=20)
    assert await missing(desk, cadre) == 2  # yesterday's handover is not today's


@pytest.mark.parametrize("why", ["taken", "taken early", "came later", "closed", "nothing serious"])
async def test_nobody_is_told_where_there_is_no_need(
    why: str, reception: Reception, desk: Desk, cadre: SignedIn, anne: SignedIn, clock: FrozenClock
):
    clock.now = OPENS + (timedelta(minutes=1) if why == "came later" else -timedelta(hours=6))
    text = "bonjour, comment vous joindre ?" if why == "nothing serious" else CRITICAL
    await a_kept_signal(reception, anne, desk, a_draft(text, commune="Douai"))
    clock.now = OPENS + timedelta(minutes=-30 if why == "taken early" else 5)
    if why.startswith("taken"):
        await take_handover("douaisis", anne, desk)
    clock.now = OPENS + (timedelta(hours=12) if why == "closed" else timedelta(minutes=30))

    assert await missing(desk, cadre) == 0


async def test_a_handover_says_what_is_serious_what_is_due_and_who_took_over(
    reception: Reception, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    serious, _ = await a_kept_signal(reception, anne, desk, a_draft(CRITICAL, commune="Douai"))
    later, _ = await a_kept_signal(reception, anne, desk, a_draft(commune="Douai"))
    await take_handover("douaisis", anne, desk)
    [page] = await read_handovers(anne, desk)

    # Once, though it is serious and due; the other is due after this day.
    assert [(one.row.ref, one.is_due) for one in page.rows] == [(serious, True)]
    assert (page.numbers.all, page.numbers.serious, page.numbers.due) == (1, 1, 1)
    assert later not in {one.row.ref for one in page.rows}
    assert page.until == OPENS + timedelta(hours=9)  # 18:00 in Lille
    assert page.taken is not None
    assert (page.taken.by, page.taken.at) == ("Anne", clock())


async def test_a_handover_orders_by_level_and_its_numbers_are_of_all(
    reception: Reception, desk: Desk, anne: SignedIn, monkeypatch: pytest.MonkeyPatch
):
    first, _ = await a_kept_signal(reception, anne, desk, a_draft(HIGH, commune="Douai"))
    refs = [
        (await a_kept_signal(reception, anne, desk, a_draft(CRITICAL, commune="Douai")))[0]
        for _ in range(3)
    ]
    [page] = await read_handovers(anne, desk)
    assert [one.row.ref for one in page.rows] == [*refs, first]

    monkeypatch.setattr("dispatch.handover._SHOWN", 2)
    [page] = await read_handovers(anne, desk)
    assert [one.row.ref for one in page.rows] == refs[:2]
    assert (page.numbers.all, page.numbers.serious) == (4, 4)


async def test_an_answer_that_was_held_back_stands_in_the_handover(
    reception: Reception, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    desk = replace(desk, take_back=timedelta(seconds=10))
    ref, received = await a_kept_signal(reception, anne, desk, a_draft(commune="Douai"))
    await open_signal(ref, anne, desk)
    await reply(ref, "on est là", anne, desk, idempotency_key="k")
    await add_message(received.access, a_draft("écris pas stp"), reception)
    clock.advance(minutes=1)
    [page] = await read_handovers(anne, desk)

    assert [(one.row.ref, one.undelivered) for one in page.rows] == [(ref, (HowFar.HELD,))]
    assert page.numbers.undelivered == 1


# What must be seen is seen


async def test_a_critical_signal_in_quarantine_is_among_those_to_take_now(
    reception: Reception, desk: Desk, anne: SignedIn
):
    await receive_signal(a_draft(CRITICAL, commune="Douai"), reception, suspicious=True)
    await receive_signal(a_draft("bonjour", commune="Douai"), reception, suspicious=True)
    [row] = await list_queue(anne, desk, queue=Queue.OPEN)
    assert row.level is Level.CRITICAL
    numbers = await numbers_open(anne, desk)
    assert numbers.open == {Level.CRITICAL: 1}
    assert sum(numbers.quarantine.values()) == 1
    assert [one.level for one in await list_queue(anne, desk, queue=Queue.QUARANTINE)] != [
        row.level
    ]
    assert await claim_next(anne, desk) == row.ref


async def test_a_supervisors_look_is_not_the_teams(
    reception: Reception, desk: Desk, anne: SignedIn, cadre: SignedIn, records: Records
):
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(CRITICAL, commune="Douai"))
    await open_signal(ref, cadre, desk)
    assert [alert.ref for alert in await waiting_alerts(anne, desk)] == [ref]
    assert FollowUpKind.READ in await promises(ref, records)

    await open_signal(ref, anne, desk)
    assert await waiting_alerts(anne, desk) == ()
    assert FollowUpKind.READ not in await promises(ref, records)


async def test_who_takes_it_acts_whatever_their_team(
    reception: Reception, desk: Desk, anne: SignedIn, cadre: SignedIn, records: Records
):
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(CRITICAL, commune="Douai"))
    opened = await open_signal(ref, cadre, desk)
    seen = mark_of(m.id for m in opened.messages if m.kind is MessageKind.INBOUND)
    await reply(ref, "on est là", cadre, desk, idempotency_key="k", seen=seen)

    assert set(await promises(ref, records)) == {FollowUpKind.RECONTACT}
    assert await waiting_alerts(anne, desk) == ()


@pytest.mark.parametrize("how", ["rated lower", "passed on"])
async def test_what_a_person_has_judged_is_out_of_quarantine(
    how: str, reception: Reception, desk: Desk, anne: SignedIn, installed: Installed
):
    await receive_signal(a_draft(CRITICAL, commune="Douai"), reception, suspicious=True)
    [row] = await list_queue(anne, desk, queue=Queue.OPEN)
    if how == "rated lower":
        await change_level(row.ref, anne, desk, level=Level.HIGH, reason="déjà connue")
        there = anne
    else:
        await transfer(row.ref, anne, desk, to_team="flandres", reason="à Dunkerque")
        there = await a_member(desk, installed.recovery, "flandres")
        await change_level(row.ref, there, desk, level=Level.HIGH, reason="déjà connue")
    assert [one.ref for one in await list_queue(there, desk, queue=Queue.OPEN)] == [row.ref]

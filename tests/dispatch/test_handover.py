"""A shift that nobody takes over is told to the supervisor, once, and only where it matters."""

from datetime import timedelta

import pytest

from dispatch.desk import Desk, SignedIn
from dispatch.handover import read_handovers, report_missing_handovers, take_handover
from dispatch.install import Installed
from dispatch.own_alerts import own_alerts
from dispatch.routing import SUPERVISION
from intake.reception import Reception
from records.tables import NotificationEvent, Role
from tests.builders import TUESDAY_MORNING, FrozenClock, a_draft, a_kept_signal, a_member, kept

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

    assert [row.ref for row in page.serious] == [serious]
    assert [row.ref for row in page.due] == [serious]  # the other is due after this day
    assert later not in {row.ref for row in page.due}
    assert page.until == OPENS + timedelta(hours=9)  # 18:00 in Lille
    assert page.taken is not None
    assert (page.taken.by, page.taken.at) == ("Anne", clock())

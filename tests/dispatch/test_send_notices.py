"""The outbox: each channel for itself, until it arrived, one message a person, nothing stale."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import stamina

from dispatch.channels.base import ChannelDown, NoAddress, NotNow, Undeliverable
from dispatch.desk import Desk, SignedIn
from dispatch.escalate import escalate
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.own_alerts import channels_down, given_up, mark_seen, own_alerts
from dispatch.send_notices import GIVEN_UP_AFTER, LEASE, MENDED_WITHIN, PAUSE, send_notices
from dispatch.worker import Worker
from intake.reception import Reception
from records.tables import Channel, NotificationEvent
from tests.builders import FrozenClock, a_draft, a_kept_signal, a_member, every_row, kept
from tests.channels import RecordingChannel, tick

HIGH = "j'ai 15 ans, je suis en fugue, il veut que je fasse des passes"
CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", email="anne@equipe.invalid")


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Attempts follow each other at once: what stamina waits between them is its own affair."""
    with stamina.set_testing(True, attempts=3):
        yield


async def one_critical(reception: Reception) -> None:
    await kept(a_draft(CRITICAL, commune="Douai"), reception)


async def states(desk: Desk, channel: Channel) -> list[str]:
    rows = (await every_row(desk.records))["notification_delivery"]
    return sorted(row["state"] for row in rows if row["channel"] == channel)


async def test_a_channel_that_is_down_never_holds_up_another(
    reception: Reception, worker: Worker, anne: SignedIn, mail: RecordingChannel,
    sms: RecordingChannel, desk: Desk,
):  # fmt: skip
    mail.fails = ConnectionError()
    await one_critical(reception)
    await tick(worker)

    assert len(sms.sent) == 1
    assert mail.sent == []
    assert await states(desk, Channel.EMAIL) == ["waiting"]
    assert set(await states(desk, Channel.SMS)) == {"sent"}


async def test_what_could_not_be_sent_is_sent_when_the_channel_is_back(
    reception: Reception, worker: Worker, anne: SignedIn, mail: RecordingChannel,
    clock: FrozenClock,
):  # fmt: skip
    mail.fails = ConnectionError()
    await one_critical(reception)
    await tick(worker)
    assert mail.tried == 3  # a moment's hitch is tried again at once
    mail.fails = None
    await tick(worker)
    assert mail.sent == []
    clock.advance(seconds=16)
    await tick(worker)
    assert len(mail.sent) == 1


async def test_what_waited_for_a_channel_is_one_message_a_person(
    reception: Reception, worker: Worker, anne: SignedIn, mail: RecordingChannel,
    clock: FrozenClock,
):  # fmt: skip
    mail.fails = ConnectionError()
    for _ in range(5):
        await one_critical(reception)
        await tick(worker)
        clock.advance(minutes=3)
    mail.fails = None
    clock.advance(minutes=30)
    await tick(worker)

    assert len(mail.sent) == 1
    assert "de plus" in mail.texts[0]


async def test_nobody_is_told_more_than_once_a_minute_by_a_channel(
    reception: Reception, worker: Worker, anne: SignedIn, mail: RecordingChannel,
    clock: FrozenClock,
):  # fmt: skip
    for _ in range(3):
        await one_critical(reception)
        await tick(worker)
    assert len(mail.sent) == 1
    clock.advance(seconds=PAUSE.total_seconds())
    await tick(worker)
    assert len(mail.sent) == 2


async def test_what_was_done_meanwhile_is_told_to_nobody(
    reception: Reception, worker: Worker, anne: SignedIn, mail: RecordingChannel,
    clock: FrozenClock, desk: Desk,
):  # fmt: skip
    mail.fails = ConnectionError()
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(CRITICAL, commune="Douai"))
    await tick(worker)
    await open_signal(ref, anne, desk)
    mail.fails = None
    clock.advance(minutes=1)
    await tick(worker)

    assert mail.sent == []
    assert await states(desk, Channel.EMAIL) == ["dropped"]


async def test_what_is_refused_for_good_is_a_dead_letter_that_staff_see(
    reception: Reception, worker: Worker, anne: SignedIn, mail: RecordingChannel, desk: Desk
):
    mail.fails = Undeliverable()
    await one_critical(reception)
    await tick(worker)

    assert mail.tried == 1
    assert [one.channel for one in await given_up(anne, desk)] == [Channel.EMAIL]


async def test_what_fails_for_a_day_is_given_up_and_seen(
    reception: Reception, worker: Worker, anne: SignedIn, mail: RecordingChannel,
    clock: FrozenClock, desk: Desk,
):  # fmt: skip
    mail.fails = NotNow("recipient_450")
    await one_critical(reception)
    await escalate(desk, [Channel.EMAIL])
    for _ in range(GIVEN_UP_AFTER):
        await send_notices(mail, desk, "")
        clock.advance(hours=1)

    assert len(await given_up(anne, desk)) == 1
    assert await states(desk, Channel.EMAIL) == ["dead"]


@pytest.mark.parametrize("trouble", [ChannelDown("password", 535), ConnectionError()])
async def test_a_channel_that_is_down_for_a_week_tells_what_it_owed_when_it_is_mended(
    trouble: Exception, reception: Reception, worker: Worker, anne: SignedIn,
    mail: RecordingChannel, sms: RecordingChannel, clock: FrozenClock, desk: Desk,
):  # fmt: skip
    mail.fails = trouble
    await one_critical(reception)
    for _ in range(24 * 7):
        await tick(worker)
        clock.advance(hours=1)
    assert set(await states(desk, Channel.EMAIL)) == {"waiting"}
    assert [channel for channel, _ in await channels_down(desk)] == [Channel.EMAIL]
    # Said once, by another way; not by the one that is down.
    events = [one.event for one in await own_alerts(anne, desk)]
    assert events.count(NotificationEvent.CHANNEL_AWAY) == 1
    rows = await every_row(desk.records)
    [away] = [row["id"] for row in rows["notification"] if row["event"] == "channel_away"]
    told_by = {r["channel"] for r in rows["notification_delivery"] if r["notification_id"] == away}
    assert told_by == {Channel.SMS}

    mail.fails = None
    clock.advance(seconds=MENDED_WITHIN.total_seconds())
    await tick(worker)
    assert len(mail.sent) == 1
    assert await channels_down(desk) == ()


async def test_a_channel_that_others_get_through_is_not_down(
    reception: Reception, worker: Worker, anne: SignedIn, installed: Installed,
    mail: RecordingChannel, clock: FrozenClock, desk: Desk,
):  # fmt: skip
    """A server that refuses one address with a word for everybody: no alarm comes and goes."""
    await a_member(desk, installed.recovery, "douaisis", email="bruno@equipe.invalid")
    mail.refused = {"anne@equipe.invalid": ChannelDown("recipient", 554)}
    for hour in range(30):
        if hour % 6 == 0:
            await one_critical(reception)
        await tick(worker)
        clock.advance(minutes=10)
    rows = await every_row(desk.records)
    away = [row for row in rows["notification"] if row["event"] == "channel_away"]
    assert len({row["created_at"] for row in away}) <= 1
    assert await channels_down(desk) == ()


async def test_an_outage_that_is_over_is_announced_to_nobody(
    reception: Reception, worker: Worker, anne: SignedIn, mail: RecordingChannel,
    sms: RecordingChannel, clock: FrozenClock, desk: Desk,
):  # fmt: skip
    clock.now = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    mail.fails = ChannelDown("password", 535)
    await one_critical(reception)
    await tick(worker)
    assert mail.tried == 1  # a wrong password is not tried again at once
    mail.fails = None
    clock.advance(minutes=16)
    await tick(worker)
    clock.advance(hours=8)
    await tick(worker)
    assert not any("moyens d’alerte" in text for text in sms.texts)
    assert set(await states(desk, Channel.SMS)) <= {"sent", "dropped"}


async def test_what_one_recipient_is_refused_says_nothing_of_the_channel(
    reception: Reception, worker: Worker, anne: SignedIn, mail: RecordingChannel, desk: Desk
):
    mail.fails = NotNow("recipient_450")
    await one_critical(reception)
    await tick(worker)
    assert await channels_down(desk) == ()


async def test_who_has_no_address_for_a_channel_is_no_failure(
    reception: Reception, worker: Worker, anne: SignedIn, sms: RecordingChannel, desk: Desk
):
    sms.fails = NoAddress()
    await one_critical(reception)
    await tick(worker)

    assert await states(desk, Channel.SMS) == ["dropped"]
    assert await given_up(anne, desk) == ()


async def test_many_workers_send_each_message_once(
    reception: Reception, desk: Desk, anne: SignedIn, mail: RecordingChannel
):
    await one_critical(reception)
    await escalate(desk, [Channel.EMAIL])
    await asyncio.gather(*(send_notices(mail, desk, "") for _ in range(6)))

    assert len(mail.sent) == 1


async def test_a_worker_that_dies_while_it_sends_gives_the_message_back(
    reception: Reception, desk: Desk, anne: SignedIn, mail: RecordingChannel, clock: FrozenClock
):
    await one_critical(reception)
    await escalate(desk, [Channel.EMAIL])
    mail.fails = asyncio.CancelledError()  # type: ignore[assignment]
    with pytest.raises(asyncio.CancelledError):
        await send_notices(mail, desk, "")
    mail.fails = None
    assert await send_notices(mail, desk, "") == 0
    clock.advance(seconds=LEASE.total_seconds())
    assert await send_notices(mail, desk, "") == 1


async def test_seen_lets_the_ladder_rest_until_the_due_time_and_then_once_as_long_again(
    reception: Reception, desk: Desk, worker: Worker, anne: SignedIn, clock: FrozenClock
):
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(HIGH, commune="Douai"))
    await tick(worker)
    assert len(await own_alerts(anne, desk)) == 1
    await mark_seen(anne.id, desk)
    clock.advance(minutes=119)
    await tick(worker)
    assert await own_alerts(anne, desk) == ()
    clock.advance(minutes=1)  # the due time itself is always told
    await tick(worker)
    assert [alert.ref for alert in await own_alerts(anne, desk)] == [ref]
    await mark_seen(anne.id, desk)
    clock.advance(minutes=119)
    await tick(worker)
    assert await own_alerts(anne, desk) == ()
    clock.advance(minutes=1)  # a click is not a reading: it goes on
    await tick(worker)
    assert len(await own_alerts(anne, desk)) == 1


async def test_what_is_not_urgent_rings_nobody_by_night_however_late_it_is_sent(
    reception: Reception, desk: Desk, worker: Worker, anne: SignedIn, clock: FrozenClock,
    mail: RecordingChannel,
):  # fmt: skip
    """The worker was down when the promise fell due, and comes back on a Sunday night."""
    await a_kept_signal(reception, anne, desk, a_draft(commune="Douai"))
    clock.now = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
    await tick(worker)
    assert len(await own_alerts(anne, desk)) == 1
    assert mail.sent == []
    clock.now = datetime(2026, 11, 30, 8, 1, tzinfo=UTC)  # Monday, 9:01 in Lille
    await tick(worker)
    assert len(mail.sent) == 1


async def test_seen_by_one_person_is_not_seen_by_another(
    reception: Reception, desk: Desk, installed: Installed, worker: Worker, anne: SignedIn
):
    bruno = await a_member(desk, installed.recovery, "douaisis")
    await one_critical(reception)
    await tick(worker)
    await mark_seen(anne.id, desk)

    assert len(await own_alerts(bruno, desk)) == 1

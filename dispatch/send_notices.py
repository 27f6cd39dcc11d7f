"""Use case: send what waits by one channel, one message a person, again until it arrived.

Each channel has a queue of its own: one that is down never holds up another.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import stamina

from dispatch.channels.base import (
    AlertChannel,
    ChannelDown,
    NoAddress,
    NotNow,
    Recipient,
    Undeliverable,
)
from dispatch.desk import Desk
from dispatch.notice_texts import Matter, Notice, write_notice
from dispatch.notify import Told, notify
from dispatch.policies import load_versions
from dispatch.promises import terms_of
from dispatch.roster import load_roster
from records import Transaction
from records.chat_keys import unlock_staff_address
from records.errors import DatabaseAway
from records.tables import (
    Channel,
    DeliveryState,
    FollowUpKind,
    Member,
    Notification,
    NotificationDelivery,
    NotificationEvent,
    Signal,
    SignalState,
)
from runtime.log import log

# A worker that dies while it sends gives the message back after this.
LEASE: Final = timedelta(seconds=60)
# A person is told by one channel at most so often; more of it waits for the next message.
PAUSE: Final = timedelta(seconds=60)
# About a day: 15 s, doubled up to an hour.
GIVEN_UP_AFTER: Final = 30
# A channel that is mended tells what it owed within this.
MENDED_WITHIN: Final = timedelta(minutes=15)
_TRIES_KEPT: Final = 7
_LATELY: Final = timedelta(days=1)
# Not mended within seconds; and what a server may say of everybody, or of one recipient or message.
_LASTS: Final = frozenset({"password", "sender", "token", "http", "certificate", "starttls"})
_PERHAPS_ONE: Final = frozenset({"recipient", "content", "http", "server"})
_FIRST_WAIT: Final = timedelta(seconds=15)
LONGEST_WAIT: Final = timedelta(hours=1)
_ATTEMPTS: Final = 3
_MARK_ATTEMPTS: Final = 60


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that waits for one person by one channel, and the one message that tells it."""

    ids: tuple[UUID, ...]
    tries: int
    to: Recipient
    notice: Notice


async def send_notices(
    channel: AlertChannel, desk: Desk, console_url: str, others: Collection[Channel] = ()
) -> int:
    """Send until nothing more is due; say how many messages went out.

    `others` are the ways by which staff hear that this one is down; the console always says so.
    """
    sent = 0
    while True:
        member_waits, parcel = await _take(channel.code, desk, console_url)
        if not member_waits:
            return sent
        if parcel is not None:
            sent += await _send(parcel, channel, desk, others)


async def _take(channel: Channel, desk: Desk, console_url: str) -> tuple[bool, Parcel | None]:
    now = desk.clock()
    async with desk.records.transaction() as tx:
        member, waiting = await tx.notices.take_one_persons(
            channel, now=now, told_before=now - PAUSE
        )
        if member is None:
            return False, None
        if member.disabled_at is not None:
            await tx.notices.drop_all_of(member.id, at=now)
            return True, None
        matters, ids, idle = await _matters(waiting, desk, tx)
        await tx.notices.settle(idle, channel, DeliveryState.DROPPED, at=now)
        if not matters:
            return True, None
        quiet_until = min(matter.not_before or now for matter in matters)
        if quiet_until > now:
            await tx.notices.put_off(ids, channel, until=quiet_until, error=None)
            return True, None
        for delivery, _ in waiting:
            delivery.tries += 1
            delivery.next_try_at = now + LEASE
        teams = frozenset(key.team for key in await tx.staff.keys_of(member.id))
        to = await _recipient(member, desk, tx)
    notice = write_notice(
        ids[0], matters, teams=teams, point=desk.point, now=now, console_url=console_url
    )
    return True, Parcel(tuple(ids), max(d.tries for d, _ in waiting), to, notice)


async def _matters(
    waiting: Sequence[tuple[NotificationDelivery, Notification]], desk: Desk, tx: Transaction
) -> tuple[list[Matter], list[UUID], list[UUID]]:
    """(what is still to be told, by which notifications, and those whose matter is settled).

    What is not urgent rings nobody outside duty hours, however it came to wait until then.
    """
    now, versions = desk.clock(), await load_versions(desk.point, tx)
    today = terms_of(desk.point)
    wanted = {n.id: n for _, n in waiting if n.seen_at is None}
    matters: dict[tuple[str, str], Matter] = {}
    alive: set[UUID] = set()
    for notification_id, promise, due in await tx.escalations.open_promises_of(list(wanted)):
        alive.add(notification_id)
        matters[(due.ref, promise.kind)] = Matter(
            NotificationEvent.PROMISE,
            due.team,
            due.ref,
            promise.level.rank,
            promise.due_at,
            versions.terms(promise).may_ring(promise.kind, promise.level, now),
        )
    away = NotificationEvent.CHANNEL_AWAY
    is_any_down = any(n.event is away for n in wanted.values()) and bool(
        await tx.duty.running_outages([outage_of(channel) for channel in Channel])
    )
    for notification in wanted.values():
        if notification.event is NotificationEvent.PROMISE:
            continue
        if notification.event is away and not is_any_down:
            continue  # mended before anybody was to be told
        signal = await _signal_of(notification, tx)
        if notification.signal_id is not None and signal is None:
            continue
        alive.add(notification.id)
        matter = Matter(notification.event, notification.team, "", 0)
        if notification.event is NotificationEvent.CHANNEL_AWAY:
            by_day = desk.point.calendar.awake.next_opening(now)  # nobody mends it by night
            matter = Matter(notification.event, None, "", 0, not_before=by_day)
        if signal is not None:
            at = today.may_ring(FollowUpKind.READ, signal.level, now)
            matter = Matter(
                notification.event, signal.team, signal.ref, signal.level.rank, not_before=at
            )
        matters[(matter.ref, notification.event)] = matter
    ids = [n.id for _, n in waiting if n.id in alive]
    return list(matters.values()), ids, [n.id for _, n in waiting if n.id not in alive]


async def _signal_of(notification: Notification, tx: Transaction) -> Signal | None:
    if notification.signal_id is None:
        return None
    signal = await tx.signals.by_id(notification.signal_id)
    return signal if signal is not None and signal.state is SignalState.OPEN else None


async def _recipient(member: Member, desk: Desk, tx: Transaction) -> Recipient:
    contact = tx.staff.contact(member)
    chat = await tx.notices.chat_of(member.id)
    chat_id = unlock_staff_address(chat, key=desk.records.keys.contact) if chat else None
    return Recipient(contact.email, contact.phone, chat_id)


async def _send(
    parcel: Parcel, channel: AlertChannel, desk: Desk, others: Collection[Channel]
) -> int:
    try:
        # A moment's hitch is tried again at once; what lasts waits in the outbox.
        async for attempt in stamina.retry_context(
            on=_may_help, attempts=_ATTEMPTS, timeout=LEASE.total_seconds() / 2
        ):
            with attempt:
                await channel.send(parcel.to, parcel.notice)
    except NoAddress:
        await _settle(parcel, channel.code, DeliveryState.DROPPED, desk, "no_address")
        return 0
    except Undeliverable:
        log.error("notice.refused", channel=channel.code.value)
        await _settle(parcel, channel.code, DeliveryState.DEAD, desk, "refused")
        return 0
    except NotNow as error:
        await _put_off(parcel, channel.code, desk, error.what)
        return 0
    except Exception as error:  # noqa: BLE001  whatever the channel raises, the outbox goes on
        reason = error.reason if isinstance(error, ChannelDown) else type(error).__name__
        if await _others_are_reached(parcel, channel.code, desk, error):
            await _put_off(parcel, channel.code, desk, reason)
        else:
            await _wait_for_mending(parcel, channel.code, desk, reason, others)
        return 0
    await _settle(parcel, channel.code, DeliveryState.SENT, desk, None)
    log.info("notice.sent", channel=channel.code.value, count=len(parcel.ids))
    return 1


def _may_help(error: Exception) -> bool:
    """Trying again at once; providers lock an account whose password is tried again and again."""
    if isinstance(error, ChannelDown):
        return error.what not in _LASTS
    return not isinstance(error, (NoAddress, Undeliverable))


async def _others_are_reached(
    parcel: Parcel, channel: Channel, desk: Desk, error: Exception
) -> bool:
    """Whether this is but one recipient's: what others get through is not down.

    What can only be the channel's own is believed at once, if it is the first failure. What may
    be said of one recipient is the channel's where a second one fails, or none got through lately.
    """
    may_be_one = isinstance(error, ChannelDown) and error.what in _PERHAPS_ONE
    if parcel.tries == 1 and not may_be_one:
        return False
    since = desk.clock() - (_LATELY if may_be_one else MENDED_WITHIN)
    async with desk.records.reading() as tx:
        if may_be_one and await tx.notices.fails_for_others(channel, parcel.ids):
            return False
        return await tx.notices.sent_since(channel, since=since)


async def _wait_for_mending(
    parcel: Parcel, channel: Channel, desk: Desk, reason: str, others: Collection[Channel]
) -> None:
    """The channel is down: nothing is given up, and the outage is told of once, by other ways."""
    now = desk.clock()
    wait = _wait(parcel.tries)
    async with desk.records.transaction() as tx:
        await tx.notices.put_off(
            parcel.ids, channel, until=now + min(wait, MENDED_WITHIN), error=reason[:60]
        )
        # Who is told for a day without success because nobody could be told begins that day anew.
        await tx.notices.forgive(parcel.ids, channel, tries=_TRIES_KEPT)
        if not await tx.duty.begin_outage(outage_of(channel), since=now, at=now):
            return
        roster = await load_roster(desk, tx)
        away = NotificationEvent.CHANNEL_AWAY
        ways = [one for one in others if one is not channel]
        await notify([Told(m, away) for m in roster.all_on_call()], ways, tx, now=now)
    log.error("channel.down", channel=channel.value, error=reason)


def outage_of(channel: Channel) -> str:
    return f"channel:{channel.value}"


def _wait(tries: int) -> timedelta:
    doubled: timedelta = _FIRST_WAIT * 2 ** min(tries - 1, 10)
    return min(doubled, LONGEST_WAIT)


async def _put_off(parcel: Parcel, channel: Channel, desk: Desk, error: str) -> None:
    log.warning("notice.put_off", channel=channel.value, error=error)
    if parcel.tries >= GIVEN_UP_AFTER:
        await _settle(parcel, channel, DeliveryState.DEAD, desk, error[:60])
        return
    until = desk.clock() + _wait(parcel.tries)
    async with desk.records.transaction() as tx:
        await tx.notices.put_off(parcel.ids, channel, until=until, error=error[:60])


async def _settle(
    parcel: Parcel, channel: Channel, state: DeliveryState, desk: Desk, error: str | None
) -> None:
    """What went out is marked however long the database is away, or it would go out again."""
    async for attempt in stamina.retry_context(
        on=DatabaseAway, attempts=_MARK_ATTEMPTS, timeout=None, wait_max=2
    ):
        with attempt:
            async with desk.records.transaction() as tx:
                now = desk.clock()
                await tx.notices.settle(parcel.ids, channel, state, at=now, error=error)
                if state is DeliveryState.SENT and await tx.duty.end_outage(
                    outage_of(channel), at=now
                ):
                    await tx.notices.try_now(channel, now=now)
                    log.info("channel.mended", channel=channel.value)

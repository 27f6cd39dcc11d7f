"""Use cases: have an answer told in the sender's chat, at least once, and never at a bad time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dispatch.contact_window import next_allowed_by_all
from dispatch.desk import Desk
from records import Transaction
from records.chat_keys import unlock_address
from records.errors import SealBroken
from records.ids import new_id
from records.tables import Audience, Chat, Delivery, OutboxAlert, OutboxEvent, Signal
from runtime.log import log
from triage.vocabulary import Author

# A sender that crashed gives its deliveries back after this.
LEASE: Final = timedelta(seconds=30)
ADDRESS_KEPT: Final = timedelta(days=30)
# An answer goes out within seconds where the bot runs.
STUCK_AFTER: Final = timedelta(minutes=10)
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer to be told in a chat; its words are not in it."""

    message_id: UUID
    signal_id: UUID
    chat_id: int = field(repr=False)
    author: Author
    locale: str


async def plan_delivery(
    signal_id: UUID,
    message_id: UUID,
    desk: Desk,
    tx: Transaction,
    *,
    leaves_at: datetime | None = None,
    despite_note: UUID | None = None,
) -> None:
    """Where the signal goes on in a chat, its new answer is to be told there, once it leaves.

    `despite_note` says why it goes at a time that staff had ruled out.
    """
    chat = await tx.chats.of_signal(signal_id)
    if chat is None:
        return
    now = desk.clock()
    delivery = Delivery(
        message_id=message_id, signal_id=signal_id, created_at=now, despite_note=despite_note
    )
    delivery.not_before = await _allowed(delivery, chat, desk, tx, now=leaves_at or now)
    await tx.chats.add_delivery(delivery)


async def _allowed(
    delivery: Delivery, chat: Chat, desk: Desk, tx: Transaction, *, now: datetime
) -> datetime | None:
    """When it may be told: within what the sender chose, and what staff noted for their safety."""
    windows = [chat.contact_window]
    if delivery.despite_note is None:
        safe = await tx.drafts.safe_contact(chat.signal_id)
        windows += [safe.contact_window] if safe else []
    return next_allowed_by_all(windows, now=now, zone=desk.point.calendar.zone)


async def take_back(bot: str, desk: Desk) -> None:
    """At the start of the only process that sends for a bot: what its former self held is free."""
    async with desk.records.transaction() as tx:
        await tx.chats.release(bot)


async def take_waiting(bot: str, desk: Desk) -> AsyncIterator[Waiting]:
    """Each answer that may be told now, taken for this sender alone, in order within a chat.

    The windows are looked at again: the sender or staff may have changed them meanwhile.
    """
    now = desk.clock()
    async with desk.records.reading() as tx:
        due = [
            (delivery, chat, await _allowed(delivery, chat, desk, tx, now=now))
            for delivery, chat in await tx.chats.due(bot, now=now, limit=_AT_ONCE)
        ]
    for delivery, chat, allowed in due:
        if allowed != now:
            await put_off(delivery.message_id, desk, until_allowed=True)
            continue
        async with desk.records.transaction() as tx:
            if not await tx.chats.lease(delivery.message_id, now=now, length=LEASE):
                continue
            signal = await tx.signals.by_id(chat.signal_id)
        waiting = signal and _waiting(delivery, chat, signal, desk)
        if waiting:
            yield waiting


def _waiting(delivery: Delivery, chat: Chat, signal: Signal, desk: Desk) -> Waiting | None:
    if chat.locked_address is None or chat.contact_version is None:
        return None
    try:
        chat_id = unlock_address(
            chat.locked_address,
            signal_id=chat.signal_id,
            version=chat.contact_version,
            key=desk.records.keys.contact,
        )
    except SealBroken:
        log.error("chat.address_unreadable", signal=signal.ref)
        return None
    return Waiting(delivery.message_id, signal.id, chat_id, signal.author, signal.locale)


async def mark_told(waiting: Waiting, desk: Desk) -> None:
    async with desk.records.transaction() as tx:
        await tx.chats.mark_delivered(waiting.message_id, at=desk.clock())


async def put_off(
    message_id: UUID, desk: Desk, *, by: timedelta = timedelta(), until_allowed: bool = False
) -> None:
    """Give a delivery back: to be tried again `by` later, or when the sender's window opens."""
    async with desk.records.transaction() as tx:
        delivery = await tx.chats.delivery(message_id)
        chat = await tx.chats.of_signal(delivery.signal_id) if delivery else None
        if delivery is None or chat is None:
            return
        until = desk.clock() + by
        if until_allowed:
            allowed = await _allowed(delivery, chat, desk, tx, now=until)
            await tx.chats.put_off(message_id, until=allowed)
        else:
            await tx.chats.put_off(message_id, until=until)


async def mark_unreachable(signal_id: UUID, desk: Desk) -> None:
    """The sender blocked the bot: what waits stays kept, and the team is told, once."""
    async with desk.records.transaction() as tx:
        signal = await tx.signals.locked(signal_id)
        chat = await tx.chats.of_signal(signal_id)
        if signal is None or chat is None or chat.unreachable_since is not None:
            return
        chat.unreachable_since = desk.clock()
        for delivery in await tx.chats.deliveries(signal_id):
            delivery.leased_until = None
        await tx.outbox.add(
            OutboxAlert(
                id=new_id(),
                signal_id=signal.id,
                team=signal.team,
                event=OutboxEvent.UNREACHABLE,
                level=signal.level,
                created_at=desk.clock(),
                audience=Audience.OWNER,
            )
        )
        log.info("chat.unreachable", signal=signal.ref, team=signal.team)


async def report_stuck(desk: Desk) -> int:
    """Tell the team, once each, of answers that should long have been told; say how many."""
    now = desk.clock()
    async with desk.records.transaction() as tx:
        stuck = await tx.chats.take_stuck(since=now - STUCK_AFTER, limit=_AT_ONCE)
        for delivery, signal in stuck:
            delivery.stuck_at = now
            await tx.outbox.add(
                OutboxAlert(
                    id=new_id(),
                    signal_id=signal.id,
                    team=signal.team,
                    event=OutboxEvent.STUCK,
                    level=signal.level,
                    created_at=now,
                    audience=Audience.OWNER,
                )
            )
    return len(stuck)


async def forget_idle_addresses(desk: Desk) -> None:
    """Drop the addresses of chats without activity for 30 days, and of closed signals.

    As the design has it. Who writes again gives theirs again, and « Lire » needs none.
    """
    async with desk.records.transaction() as tx:
        count = await tx.chats.forget_addresses(idle_since=desk.clock() - ADDRESS_KEPT)
        count += await tx.chats.forget_addresses_of_closed()
    if count:
        log.info("chat.addresses_forgotten", count=count)

"""All queries on chats, on what waits to be delivered there, and on what can be deleted there."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from records.rows import insert_rows
from records.tables import Chat, ChatMessage, Delivery, Message, Signal, SignalState


class Chats:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, chat: Chat) -> None:
        await insert_rows(self._session, [chat])

    async def find(self, lookups: Collection[bytes]) -> Chat | None:
        return await self._session.scalar(select(Chat).where(Chat.chat_lookup.in_(lookups)))

    async def find_with_signal(self, lookups: Collection[bytes]) -> tuple[Chat, Signal] | None:
        """The same in one question, with the signal that goes on there."""
        rows = await self._session.execute(
            select(Chat, Signal)
            .join(Signal, Signal.id == Chat.signal_id)
            .where(Chat.chat_lookup.in_(lookups))
        )
        found = rows.first()
        return (found[0], found[1]) if found else None

    async def of_signal(self, signal_id: UUID) -> Chat | None:
        return await self._session.get(Chat, signal_id)

    async def forget_addresses(self, *, idle_since: datetime) -> int:
        """Drop the addresses of chats where nothing happened since; say how many."""
        result = await self._session.execute(
            update(Chat)
            .where(Chat.last_active_at < idle_since, Chat.locked_address.is_not(None))
            .values(locked_address=None, contact_version=None)
        )
        return result.rowcount if isinstance(result, CursorResult) else 0

    async def forget_addresses_of_closed(self) -> int:
        """Drop the addresses of closed signals where no answer waits to be told; say how many."""
        waiting = select(Delivery.signal_id).where(
            Delivery.delivered_at.is_(None), Delivery.not_before.is_not(None)
        )
        closed = select(Signal.id).where(Signal.state == SignalState.CLOSED)
        result = await self._session.execute(
            update(Chat)
            .where(
                Chat.locked_address.is_not(None),
                Chat.signal_id.in_(closed),
                Chat.signal_id.not_in(waiting),
            )
            .values(locked_address=None, contact_version=None)
        )
        return result.rowcount if isinstance(result, CursorResult) else 0

    async def note_messages(self, messages: Sequence[ChatMessage]) -> None:
        if messages:
            await insert_rows(self._session, messages)

    async def noted_messages(
        self, lookups: Collection[bytes], *, since: datetime
    ) -> Sequence[ChatMessage]:
        return (
            await self._session.scalars(
                select(ChatMessage).where(
                    ChatMessage.chat_lookup.in_(lookups), ChatMessage.sent_at > since
                )
            )
        ).all()

    async def forget_messages(self, lookups: Collection[bytes]) -> None:
        await self._session.execute(delete(ChatMessage).where(ChatMessage.chat_lookup.in_(lookups)))

    async def forget_old_messages(self, *, before: datetime) -> None:
        await self._session.execute(delete(ChatMessage).where(ChatMessage.sent_at < before))

    async def add_delivery(self, delivery: Delivery) -> None:
        await insert_rows(self._session, [delivery])

    async def deliveries(self, signal_id: UUID) -> Sequence[Delivery]:
        return (
            await self._session.scalars(
                select(Delivery)
                .where(Delivery.signal_id == signal_id)
                .order_by(Delivery.created_at, Delivery.message_id)
            )
        ).all()

    async def delivery(self, message_id: UUID) -> Delivery | None:
        return await self._session.get(Delivery, message_id)

    async def take_out(self, message_id: UUID) -> bool:
        """Drop a delivery that nobody has begun; False where it is on its way or told."""
        delivery = await self._session.get(
            Delivery, message_id, with_for_update=True, populate_existing=True
        )
        if delivery is None:
            return True
        if delivery.leased_until or delivery.delivered_at or delivery.opened_at:
            return False
        await self._session.execute(delete(Delivery).where(Delivery.message_id == message_id))
        self._session.expunge(delivery)
        return True

    async def due(self, bot: str, *, now: datetime, limit: int) -> Sequence[tuple[Delivery, Chat]]:
        """What waits to be told by a bot, the oldest first, in chats that can be reached."""
        rows = await self._session.execute(
            select(Delivery, Chat)
            .join(Chat, Chat.signal_id == Delivery.signal_id)
            .where(
                Delivery.delivered_at.is_(None),
                Delivery.not_before <= now,
                or_(Delivery.leased_until.is_(None), Delivery.leased_until < now),
                Chat.bot == bot,
                Chat.locked_address.is_not(None),
                Chat.unreachable_since.is_(None),
            )
            .order_by(Delivery.created_at, Delivery.message_id)
            .limit(limit)
        )
        return [(delivery, chat) for delivery, chat in rows]

    async def undelivered(self, signal_ids: Collection[UUID]) -> Sequence[tuple[Delivery, Chat]]:
        """What of these signals has not arrived in their chats."""
        rows = await self._session.execute(
            select(Delivery, Chat)
            .join(Chat, Chat.signal_id == Delivery.signal_id)
            .where(Delivery.signal_id.in_(signal_ids), Delivery.delivered_at.is_(None))
            .order_by(Delivery.created_at)
        )
        return [(delivery, chat) for delivery, chat in rows]

    async def with_held_answers(self, signal_ids: Collection[UUID]) -> set[UUID]:
        """Those of the signals with an answer that was held back over words not yet read."""
        found = await self._session.scalars(
            select(Message.signal_id).where(
                Message.signal_id.in_(signal_ids), Message.held_at.is_not(None)
            )
        )
        return set(found)

    async def take_stuck(self, *, since: datetime, limit: int) -> Sequence[tuple[Delivery, Signal]]:
        """Answers that should have been told before `since` in chats that can be reached; locked.

        Each is given once: whoever takes it notes that the team was told.
        """
        query = (
            select(Delivery, Signal)
            .join(Signal, Signal.id == Delivery.signal_id)
            .join(Chat, Chat.signal_id == Delivery.signal_id)
            .where(
                Delivery.delivered_at.is_(None),
                Delivery.not_before < since,
                Delivery.stuck_at.is_(None),
                Chat.locked_address.is_not(None),
                Chat.unreachable_since.is_(None),
            )
            .order_by(Delivery.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True, of=Delivery)
        )
        return [(delivery, signal) for delivery, signal in await self._session.execute(query)]

    async def lease(self, message_id: UUID, *, now: datetime, length: timedelta) -> bool:
        """Take a delivery for a while: of any number of senders at once exactly one is told true.

        Who crashes with it holds it only until the lease ends.
        """
        result = await self._session.execute(
            update(Delivery)
            .where(
                Delivery.message_id == message_id,
                Delivery.delivered_at.is_(None),
                or_(Delivery.leased_until.is_(None), Delivery.leased_until < now),
            )
            .values(leased_until=now + length)
        )
        return isinstance(result, CursorResult) and result.rowcount == 1

    async def bring_back(
        self, *, now: datetime, lease: timedelta, wait: timedelta, take_back: timedelta
    ) -> int:
        """What waits longer than it ever may waits no more: leases, hours, seconds to take back."""
        waiting = Delivery.delivered_at.is_(None)
        changed = 0
        for change in (
            update(Delivery)
            .where(waiting, Delivery.leased_until > now + lease)
            .values(leased_until=None),
            update(Delivery)
            .where(waiting, Delivery.not_before > now + wait)
            .values(not_before=now),
            update(Message).where(Message.leaves_at > now + take_back).values(leaves_at=now),
        ):
            result = await self._session.execute(change)
            changed += result.rowcount if isinstance(result, CursorResult) else 0
        return changed

    async def release(self, bot: str) -> None:
        """Give back what a sender of that bot held when it crashed."""
        of_bot = select(Chat.signal_id).where(Chat.bot == bot)
        await self._session.execute(
            update(Delivery)
            .where(Delivery.delivered_at.is_(None), Delivery.signal_id.in_(of_bot))
            .values(leased_until=None)
        )

    async def mark_delivered(self, message_id: UUID, *, at: datetime) -> None:
        await self._session.execute(
            update(Delivery)
            .where(Delivery.message_id == message_id)
            .values(delivered_at=at, leased_until=None)
        )

    async def put_off(self, message_id: UUID, *, until: datetime | None) -> None:
        """Try again from then on; `None`: only when the sender asks."""
        await self._session.execute(
            update(Delivery)
            .where(Delivery.message_id == message_id)
            .values(not_before=until, leased_until=None)
        )

"""All queries on what members are told, and on its way to them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from records.rows import insert_rows
from records.tables import (
    Channel,
    DeliveryState,
    Escalation,
    EscalationTold,
    FollowUp,
    Member,
    Notification,
    NotificationDelivery,
    Signal,
    StaffChat,
)


class Notices:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        notifications: Sequence[Notification],
        deliveries: Sequence[NotificationDelivery],
    ) -> None:
        if notifications:
            await insert_rows(self._session, notifications)
        if deliveries:
            await insert_rows(self._session, deliveries)

    async def take_one_persons(
        self, channel: Channel, *, now: datetime, told_before: datetime
    ) -> tuple[Member | None, Sequence[tuple[NotificationDelivery, Notification]]]:
        """A member who waits to be told by that channel, with all that waits for them.

        The member's row is locked, so that no other worker tells them at the same time. Nobody is
        told whom this channel reached after `told_before`: more of it goes into the next message.
        """
        waits, lately = NotificationDelivery, aliased(NotificationDelivery)
        due = (
            waits.channel == channel,
            waits.state == DeliveryState.WAITING,
            waits.next_try_at <= now,
        )
        told_lately = select(lately.notification_id).where(
            lately.member_id == Member.id,
            lately.channel == channel,
            lately.state == DeliveryState.SENT,
            lately.settled_at > told_before,
        )
        member = await self._session.scalar(
            select(Member)
            .where(
                select(waits.notification_id).where(waits.member_id == Member.id, *due).exists(),
                ~told_lately.exists(),
            )
            .order_by(Member.id)
            .limit(1)
            .with_for_update(skip_locked=True, key_share=True)
        )
        if member is None:
            return None, []
        rows = await self._session.execute(
            select(waits, Notification)
            .join(Notification, Notification.id == waits.notification_id)
            .where(waits.member_id == member.id, *due)
            .order_by(Notification.created_at)
        )
        return member, [(delivery, notification) for delivery, notification in rows]

    async def settle(
        self,
        notification_ids: Collection[UUID],
        channel: Channel,
        state: DeliveryState,
        *,
        at: datetime,
        error: str | None = None,
    ) -> None:
        """Only what still waits is settled: a receipt may have come meanwhile."""
        await self._session.execute(
            update(NotificationDelivery)
            .where(
                NotificationDelivery.notification_id.in_(notification_ids),
                NotificationDelivery.channel == channel,
                NotificationDelivery.state == DeliveryState.WAITING,
            )
            .values(state=state, settled_at=at, error=error)
        )

    async def put_off(
        self,
        notification_ids: Collection[UUID],
        channel: Channel,
        *,
        until: datetime,
        error: str | None,
    ) -> None:
        await self._session.execute(
            update(NotificationDelivery)
            .where(
                NotificationDelivery.notification_id.in_(notification_ids),
                NotificationDelivery.channel == channel,
            )
            .values(next_try_at=until, error=error)
        )

    async def forgive(
        self, notification_ids: Collection[UUID], channel: Channel, *, tries: int
    ) -> None:
        """What failed for no reason of the recipient's counts as at most so many tries."""
        await self._session.execute(
            update(NotificationDelivery)
            .where(
                NotificationDelivery.notification_id.in_(notification_ids),
                NotificationDelivery.channel == channel,
                NotificationDelivery.tries > tries,
            )
            .values(tries=tries)
        )

    async def try_now(self, channel: Channel, *, now: datetime) -> None:
        """What this channel could not send is due now."""
        await self._session.execute(
            update(NotificationDelivery)
            .where(
                NotificationDelivery.channel == channel,
                NotificationDelivery.state == DeliveryState.WAITING,
                NotificationDelivery.error.is_not(None),
            )
            .values(next_try_at=now)
        )

    async def sent_since(self, channel: Channel, *, since: datetime) -> bool:
        """Whether anybody was reached by that channel since then."""
        query = select(NotificationDelivery.notification_id).where(
            NotificationDelivery.channel == channel,
            NotificationDelivery.state == DeliveryState.SENT,
            NotificationDelivery.settled_at > since,
        )
        return await self._session.scalar(query.limit(1)) is not None

    async def fails_for_others(self, channel: Channel, notification_ids: Collection[UUID]) -> bool:
        """Whether what waits for somebody else by that channel failed too."""
        theirs = select(NotificationDelivery.member_id).where(
            NotificationDelivery.notification_id.in_(notification_ids),
            NotificationDelivery.channel == channel,
        )
        query = select(NotificationDelivery.notification_id).where(
            NotificationDelivery.channel == channel,
            NotificationDelivery.state == DeliveryState.WAITING,
            NotificationDelivery.error.is_not(None),
            NotificationDelivery.member_id.not_in(theirs),
        )
        return await self._session.scalar(query.limit(1)) is not None

    async def drop_all_of(self, member_id: UUID, *, at: datetime) -> None:
        """Nothing that waits for this member is sent any more, by no channel."""
        await self._session.execute(
            update(NotificationDelivery)
            .where(
                NotificationDelivery.member_id == member_id,
                NotificationDelivery.state == DeliveryState.WAITING,
            )
            .values(state=DeliveryState.DROPPED, settled_at=at)
        )

    async def drop_lost(
        self, member_id: UUID, *, lost: Collection[str] | None, kept: Collection[str], at: datetime
    ) -> None:
        """Nothing is sent any more that tells this member of nothing but signals of lost teams.

        Where `lost` is None, these are all but the teams kept.
        """
        is_lost = Signal.team.not_in(kept) if lost is None else Signal.team.in_(lost)
        told_elsewhere = (
            select(EscalationTold.notification_id)
            .join(Escalation, Escalation.id == EscalationTold.escalation_id)
            .join(FollowUp, FollowUp.id == Escalation.follow_up_id)
            .join(Signal, Signal.id == FollowUp.signal_id)
            .where(~is_lost)
        )
        of_these = (
            select(Notification.id)
            .join(Signal, Signal.id == Notification.signal_id)
            .where(Notification.member_id == member_id, is_lost)
        )
        await self._session.execute(
            update(NotificationDelivery)
            .where(
                NotificationDelivery.member_id == member_id,
                NotificationDelivery.state == DeliveryState.WAITING,
                NotificationDelivery.notification_id.in_(of_these),
                NotificationDelivery.notification_id.not_in(told_elsewhere),
            )
            .values(state=DeliveryState.DROPPED, settled_at=at)
            .execution_options(synchronize_session=False)
        )

    async def bring_back(self, *, now: datetime, latest: datetime) -> int:
        """What waits for a time that no pass could have chosen is tried now; say how many."""
        result = await self._session.execute(
            update(NotificationDelivery)
            .where(
                NotificationDelivery.state == DeliveryState.WAITING,
                NotificationDelivery.next_try_at > latest,
            )
            .values(next_try_at=now)
        )
        return result.rowcount if isinstance(result, CursorResult) else 0

    async def unseen(
        self, member_id: UUID, *, limit: int
    ) -> Sequence[tuple[Notification, Signal | None]]:
        rows = await self._session.execute(
            select(Notification, Signal)
            .outerjoin(Signal, Signal.id == Notification.signal_id)
            .where(Notification.member_id == member_id, Notification.seen_at.is_(None))
            .order_by(Notification.created_at.desc())
            .limit(limit)
        )
        return [(notification, signal) for notification, signal in rows]

    async def of_member(
        self, member_id: UUID, *, notification_id: UUID | None = None
    ) -> Sequence[Notification]:
        """Those that the member has not seen; with an id that one alone."""
        query = select(Notification).where(
            Notification.member_id == member_id, Notification.seen_at.is_(None)
        )
        if notification_id is not None:
            query = query.where(Notification.id == notification_id)
        return (await self._session.scalars(query)).all()

    async def dead(self, *, since: datetime) -> Sequence[tuple[NotificationDelivery, Notification]]:
        """What was given up lately, the latest first."""
        rows = await self._session.execute(
            select(NotificationDelivery, Notification)
            .join(Notification, Notification.id == NotificationDelivery.notification_id)
            .where(
                NotificationDelivery.state == DeliveryState.DEAD,
                NotificationDelivery.settled_at > since,
            )
            .order_by(NotificationDelivery.settled_at.desc())
        )
        return [(delivery, notification) for delivery, notification in rows]

    async def waiting(self, *, now: datetime) -> Sequence[tuple[Channel, int, datetime]]:
        """(channel, how many wait, since when the oldest does); not what rings nobody yet."""
        may_ring = (NotificationDelivery.next_try_at <= now) | (NotificationDelivery.tries > 0)
        rows = await self._session.execute(
            select(NotificationDelivery.channel, func.count(), func.min(Notification.created_at))
            .join(Notification, Notification.id == NotificationDelivery.notification_id)
            .where(NotificationDelivery.state == DeliveryState.WAITING, may_ring)
            .group_by(NotificationDelivery.channel)
        )
        return [(channel, count, oldest) for channel, count, oldest in rows]

    async def forget(self, *, before: datetime) -> int:
        """Drop what was told long ago and seen or sent; the log of the rungs stays."""
        found = await self._session.execute(
            delete(Notification).where(Notification.created_at < before)
        )
        return getattr(found, "rowcount", 0)

    async def chat_of(self, member_id: UUID) -> StaffChat | None:
        return await self._session.get(StaffChat, member_id)

    async def linked_members(self) -> Collection[UUID]:
        found = await self._session.scalars(
            select(StaffChat.member_id).where(StaffChat.locked_address.is_not(None))
        )
        return set(found)

    async def chat_by_code(self, lookups: Collection[bytes]) -> StaffChat | None:
        return await self._session.scalar(
            select(StaffChat).where(StaffChat.code_lookup.in_(lookups)).with_for_update()
        )

    async def chat_by_lookup(self, lookups: Collection[bytes]) -> StaffChat | None:
        return await self._session.scalar(
            select(StaffChat).where(StaffChat.chat_lookup.in_(lookups))
        )

    async def add_chat(self, chat: StaffChat) -> None:
        self._session.add(chat)
        await self._session.flush()

    async def remove_chat(self, member_id: UUID) -> None:
        await self._session.execute(delete(StaffChat).where(StaffChat.member_id == member_id))

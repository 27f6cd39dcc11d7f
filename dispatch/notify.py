"""Write down whom to tell what: the outbox of notifications, in the caller's own transaction."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from records import Transaction
from records.ids import new_id
from records.tables import (
    Channel,
    DeliveryState,
    EscalationTold,
    Notification,
    NotificationDelivery,
    NotificationEvent,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one member is to be told of, once: the most urgent signal and the rungs behind it."""

    member_id: UUID
    event: NotificationEvent
    team: str | None = None
    signal_id: UUID | None = None
    escalations: tuple[UUID, ...] = ()


async def notify(
    told: Iterable[Told], channels: Collection[Channel], tx: Transaction, *, now: datetime
) -> int:
    """One notification a member, shown in the console, and a delivery by each of their channels."""
    linked = await tx.notices.linked_members()
    notifications, deliveries, links = [], [], []
    for one in told:
        notification = Notification(
            id=new_id(),
            member_id=one.member_id,
            event=one.event,
            team=one.team,
            signal_id=one.signal_id,
            created_at=now,
        )
        notifications.append(notification)
        links += [
            EscalationTold(escalation_id=escalation, notification_id=notification.id)
            for escalation in one.escalations
        ]
        deliveries += [
            NotificationDelivery(
                notification_id=notification.id,
                channel=channel,
                member_id=one.member_id,
                state=DeliveryState.WAITING,
                tries=0,
                next_try_at=now,
            )
            for channel in channels
            if channel is not Channel.TELEGRAM or one.member_id in linked
        ]
    await tx.notices.add(notifications, deliveries)
    await tx.escalations.log_told(links)
    return len(notifications)

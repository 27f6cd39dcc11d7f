"""Use case: tell staff of what happened to a signal, where an alert says so."""

from collections.abc import Collection
from typing import Final

from dispatch.desk import Desk
from dispatch.notify import Told, notify
from dispatch.roster import load_roster
from records.tables import Channel, NotificationEvent, OutboxEvent

_AT_ONCE: Final = 200
_EVENTS: Final = {
    OutboxEvent.TRANSFERRED: NotificationEvent.TRANSFERRED,
    OutboxEvent.UNREACHABLE: NotificationEvent.UNREACHABLE,
    OutboxEvent.RETURNED: NotificationEvent.RETURNED,
    OutboxEvent.MISSED: NotificationEvent.MISSED,
    OutboxEvent.STUCK: NotificationEvent.STUCK,
}


async def announce(desk: Desk, channels: Collection[Channel]) -> int:
    """Tell of each alert that has an audience, once; say how many there were."""
    count = 0
    while True:
        async with desk.records.transaction() as tx:
            alerts = await tx.escalations.take_alerts(limit=_AT_ONCE)
            if not alerts:
                return count
            roster = await load_roster(desk, tx)
            now = desk.clock()
            told = []
            for alert, signal in alerts:
                alert.notified_at = now
                if alert.audience is None or alert.event not in _EVENTS:
                    continue
                members = roster.told(alert.audience, team=signal.team, owner=signal.owner_id)
                event = _EVENTS[alert.event]
                told += [Told(member, event, signal.team, signal.id) for member in members]
            await notify(told, channels, tx, now=now)
        count += len(alerts)

"""Use cases: what a member was told and has not seen, and « vu », which lets the ladder rest."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dispatch.desk import Desk, SignedIn
from dispatch.policies import load_versions
from dispatch.promises import hold
from dispatch.routing import SUPERVISION
from dispatch.send_notices import outage_of
from records.tables import Channel, NotificationEvent

GIVEN_UP_SHOWN: Final = timedelta(days=7)
_SHOWN: Final = 20
_LOOKED_AT: Final = 200


@dataclass(frozen=True, slots=True)
class OwnAlert:
    """`ref` is empty where the signal is gone, or lies with a team that is not the member's."""

    id: UUID
    event: NotificationEvent
    team: str | None
    ref: str
    at: datetime


async def own_alerts(member: SignedIn, desk: Desk) -> tuple[OwnAlert, ...]:
    """The latest first; of promises only where one that was told of is still open."""
    async with desk.records.reading() as tx:
        found = await tx.notices.unseen(member.id, limit=_LOOKED_AT)
        told = [one.id for one, _ in found if one.event is NotificationEvent.PROMISE]
        waits = {one for one, _, _ in await tx.escalations.open_promises_of(told)}
    found = [
        (one, signal)
        for one, signal in found
        if one.event is not NotificationEvent.PROMISE or one.id in waits
    ][:_SHOWN]
    return tuple(
        OwnAlert(
            one.id,
            one.event,
            signal.team if signal else one.team,
            signal.ref if signal and (member.scope is None or signal.team in member.scope) else "",
            one.created_at,
        )
        for one, signal in found
    )


async def mark_seen(member_id: UUID, desk: Desk, *, notification_id: UUID | None = None) -> int:
    """« Vu »: by one notification, or of all that wait for the member; say how many there were.

    The ladders of the promises that they told of rest (dispatch.promises.hold); nothing counts as
    read by it.
    """
    now = desk.clock()
    async with desk.records.transaction() as tx:
        seen = await tx.notices.of_member(member_id, notification_id=notification_id)
        for notification in seen:
            notification.seen_at = now
        told = await tx.escalations.open_promises_of([one.id for one in seen])
        versions = await load_versions(desk.point, tx)
        for promise in {promise.id: promise for _, promise, _ in told}.values():
            hold(promise, versions.terms(promise), now=now)
    return len(seen)


async def channels_down(desk: Desk) -> tuple[tuple[Channel, datetime], ...]:
    """By which ways nobody can be told now, and since when; what waits goes out when mended."""
    parts = {outage_of(channel): channel for channel in Channel}
    async with desk.records.reading() as tx:
        away = await tx.duty.running_outages(parts)
    return tuple(sorted((parts[part], since) for part, since in away.items()))


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A notification that could not be sent: to whom, by what, when. The reason is a class."""

    name: str
    channel: Channel
    at: datetime
    event: NotificationEvent


async def given_up(member: SignedIn, desk: Desk) -> tuple[GivenUp, ...]:
    """Dead letters of a week: one's own, and for supervision everybody's."""
    async with desk.records.reading() as tx:
        found = await tx.notices.dead(since=desk.clock() - GIVEN_UP_SHOWN)
        mine = [
            (delivery, one)
            for delivery, one in found
            if SUPERVISION in member.teams or delivery.member_id == member.id
        ]
        names = await tx.staff.names({delivery.member_id for delivery, _ in mine})
    return tuple(
        GivenUp(
            names.get(delivery.member_id, ""),
            delivery.channel,
            delivery.settled_at or one.created_at,
            one.event,
        )
        for delivery, one in mine
    )

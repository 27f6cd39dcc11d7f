"""All queries on what is handed over from one shift to the next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.tables import Delivery, Message, Signal, SignalState
from triage.vocabulary import Level


@dataclass(frozen=True, slots=True)
class HandoverNumbers:
    """How many signals of a team are to be handed over, and why; one may count under several."""

    all: int
    serious: int
    due: int
    undelivered: int


def undelivered() -> ColumnElement[bool]:
    """A signal has an answer that did not arrive: held back, waiting, stuck, or out of reach."""
    waits = select(Delivery.message_id).where(
        Delivery.signal_id == Signal.id, Delivery.delivered_at.is_(None)
    )
    held = select(Message.id).where(Message.signal_id == Signal.id, Message.held_at.is_not(None))
    return or_(waits.exists(), held.exists())


class Handovers:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def to_hand_over(
        self, team: str, *, levels: Collection[Level], until: datetime, limit: int
    ) -> tuple[Sequence[Signal], HandoverNumbers]:
        """What whoever takes over must know, the most serious first, and how many of each kind.

        Serious by level, due by then, or with an answer that has not arrived: each signal once.
        """
        here = (Signal.team == team, Signal.state == SignalState.OPEN)
        kinds = (Signal.level.in_(levels), Signal.due_at <= until, undelivered())
        ranks = case(*((Signal.level == level, level.rank) for level in Level))
        found = await self._session.scalars(
            select(Signal)
            .where(*here, or_(*kinds))
            .order_by(ranks.desc(), Signal.due_at, Signal.id)
            .limit(limit)
        )
        numbers = await self._session.execute(
            select(
                func.count(), *(func.coalesce(func.sum(case((k, 1), else_=0)), 0) for k in kinds)
            ).where(*here, or_(*kinds))
        )
        return found.all(), HandoverNumbers(*(int(number) for number in numbers.one()))

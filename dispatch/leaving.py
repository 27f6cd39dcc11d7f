"""When an answer leaves: not before its author can no longer take it back, nor over new words."""

from datetime import datetime

from dispatch.listening_point import ListeningPoint
from dispatch.promises import terms_of, unkeep
from records import Transaction
from records.tables import Message, Signal
from runtime.log import log


def has_left(message: Message, *, now: datetime) -> bool:
    """Pure: whether the sender may see it; a message of theirs, or a note, has no such time."""
    if message.held_at is not None:
        return False
    return message.leaves_at is None or message.leaves_at <= now


async def hold_back(
    signal: Signal, point: ListeningPoint, tx: Transaction, *, now: datetime
) -> None:
    """The sender writes: answers that have not left stay here, until staff have read this.

    What they had kept is promised again. The signal is locked.
    """
    for answer in await tx.signals.replies_not_left(signal.id, now=now):
        if await stop(answer, signal, point, tx, now=now):
            answer.held_at = now
            log.info("signal.answer_held", signal=signal.ref, team=signal.team)


async def stop(
    answer: Message, signal: Signal, point: ListeningPoint, tx: Transaction, *, now: datetime
) -> bool:
    """Let an answer not leave; False where a messenger has it already."""
    if not await tx.chats.take_out(answer.id):
        return False
    await unkeep(signal, answer.id, terms_of(point), tx, now=now)
    return True

"""How the link with a sender went: contacts that reached them, and misses since the last.

The rhythm of recontacts counts contacts, not messages, and only what reached the person: an
exchange within a day is one, however many messages it has.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from dispatch.deadlines import Link
from records import Transaction
from records.tables import FollowUpOutcome, Signal

ONE_CONTACT: Final = timedelta(days=1)
MISSES: Final = frozenset({FollowUpOutcome.NO_ANSWER, FollowUpOutcome.UNDELIVERABLE})
# Who says no was reached too.
_REACHED: Final = frozenset({FollowUpOutcome.REACHED, FollowUpOutcome.REFUSED})


async def link_of(signal: Signal, tx: Transaction) -> Link:
    """The first contact is that of the first answer; what follows it within a day belongs to it.

    The sender was reached where staff noted so, and where they wrote or opened an answer after it.
    """
    answered_at = await tx.follow_ups.first_answer(signal.id)
    outcomes = await tx.follow_ups.outcomes(signal.id)
    reached = [at for at, outcome in outcomes if outcome in _REACHED]
    if answered_at is not None:
        reached += [answered_at, *await tx.follow_ups.signs_of_life(signal.id, since=answered_at)]
    last = max(reached, default=None)
    missed = [at for at, outcome in outcomes if outcome in MISSES and (last is None or at >= last)]
    return Link(max(contacts(reached) - 1, 0), len(missed))


def contacts(moments: Iterable[datetime]) -> int:
    """Pure. How many contacts these moments are: each takes in what follows within a day of it."""
    count, began = 0, None
    for moment in sorted(moments):
        if began is None or moment - began >= ONE_CONTACT:
            count, began = count + 1, moment
    return count

"""Use case: what a clock that was ahead put off is due as it would have been.

A time that could not have been written by now was written by a wrong clock. It is brought back:
a promise counts from now, a lease ends, whoever was seen in the future is seen now.
"""

from datetime import timedelta
from typing import Final

from dispatch.deliveries import LEASE
from dispatch.desk import Desk
from dispatch.send_notices import LONGEST_WAIT
from runtime.log import log

# Machines differ by seconds, and a pass takes some: only what is well beyond is a wrong clock's.
SLACK: Final = timedelta(minutes=2)
# An answer waits for the hours that the sender chose: a day at most.
_WINDOW: Final = timedelta(days=1)


async def bring_back(desk: Desk) -> int:
    """Bring back what lies in an impossible future; say how many rows did."""
    now, calendar = desk.clock(), desk.point.calendar
    opening = max(calendar.next_opening(now), calendar.awake.next_opening(now))
    async with desk.records.transaction() as tx:
        count = await tx.follow_ups.bring_back(now=now, slack=SLACK)
        count += await tx.chats.bring_back(
            now=now, lease=LEASE + SLACK, wait=_WINDOW + SLACK, take_back=desk.take_back + SLACK
        )
        count += await tx.notices.bring_back(
            now=now, latest=max(now + LONGEST_WAIT, opening) + SLACK
        )
        count += await tx.duty.bring_back(now=now, slack=SLACK)
    if count:
        log.warning("clock.brought_back", count=count)
    return count

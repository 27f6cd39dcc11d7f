"""What the handlers of the bot work with, built once for a process."""

import asyncio
from dataclasses import dataclass, field

from bot.lanes import Lanes, Pause
from bot.pace import Pace
from dispatch.desk import Desk
from intake.rate_limits import RateLimits
from intake.reception import Reception
from records.chat_keys import BotKey
from records.tables import Channel
from runtime.volatile import VolatileStore


@dataclass(frozen=True, slots=True)
class BotDoor:
    """`web` is the public site, `console_url` where an alert sends staff; `pause` waits.

    `lanes` hold what is to be told, and `pace` knows for whom the messenger asks to wait. By
    `other_ways` staff hear that the messenger is away.
    """

    reception: Reception
    desk: Desk
    limits: RateLimits
    store: VolatileStore
    key: BotKey = field(repr=False)
    web: str
    pause: Pause = asyncio.sleep
    console_url: str = ""
    lanes: Lanes = field(default_factory=Lanes)
    other_ways: frozenset[Channel] = frozenset()

    @property
    def pace(self) -> Pace:
        return self.lanes.pace

"""What the handlers of the bot work with, built once for a process."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from dispatch.desk import Desk
from intake.rate_limits import RateLimits
from intake.reception import Reception
from records.chat_keys import BotKey
from runtime.volatile import VolatileStore

Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class BotDoor:
    """`web` is the public site, `console_url` where an alert sends staff; `pause` waits."""

    reception: Reception
    desk: Desk
    limits: RateLimits
    store: VolatileStore
    key: BotKey = field(repr=False)
    web: str
    pause: Pause = asyncio.sleep
    console_url: str = ""

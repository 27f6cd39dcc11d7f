"""Long polling: updates are confirmed only once they are handled."""

import asyncio
from collections import defaultdict
from typing import Final

from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from aiogram.types import Update

from bot.door import BotDoor
from bot.feed import Feed
from bot.telegram import ALLOWED_UPDATES
from bot.turns import private_chat_of
from runtime.errors import SettingsError
from runtime.log import log

POLL_SECONDS: Final = 30
_ANSWER_SECONDS: Final = 15
_PAUSE: Final = 3.0


async def poll_forever(feed: Feed, door: BotDoor) -> None:
    """Ask for updates and handle them, until cancelled.

    Raises SettingsError where the token is refused.
    """
    offset: int | None = None
    while True:
        try:
            offset = await take_updates(feed, offset, wait_seconds=POLL_SECONDS)
        except TelegramUnauthorizedError:
            raise SettingsError(["POINT_ECOUTE_BOT_TOKEN: refused by the Bot API"]) from None
        except TelegramAPIError as error:
            log.warning("telegram.away", error=type(error).__name__)
            await door.pause(_PAUSE)


async def take_updates(feed: Feed, offset: int | None, *, wait_seconds: int) -> int | None:
    """Handle what waits, chats side by side and each in order; return the next offset.

    Asking with it confirms what came before, so a crash only has updates delivered again.
    """
    updates = await feed.bot.get_updates(
        offset=offset,
        timeout=wait_seconds,
        allowed_updates=ALLOWED_UPDATES,
        request_timeout=wait_seconds + _ANSWER_SECONDS,
    )
    await handle_all(updates, feed)
    return updates[-1].update_id + 1 if updates else offset


async def handle_all(updates: list[Update], feed: Feed) -> None:
    by_chat: dict[int | None, list[Update]] = defaultdict(list)
    for update in updates:
        by_chat[private_chat_of(update)].append(update)

    async def in_order(listed: list[Update]) -> None:
        for update in listed:
            await feed.handle_surely(update)

    await asyncio.gather(*(in_order(listed) for listed in by_chat.values()))

"""Long polling: updates are confirmed only once they are kept."""

import asyncio
from collections import defaultdict
from typing import Final

from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import Update

from bot.door import BotDoor
from bot.feed import Feed
from bot.telegram import ALLOWED_UPDATES
from bot.turns import private_chat_of
from runtime.guard import names_of
from runtime.log import log

POLL_SECONDS: Final = 30
_ANSWER_SECONDS: Final = 15
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 15.0  # who writes is read soon after the messenger is back
_LONGEST_ASKED: Final = 60.0


async def poll_forever(feed: Feed, door: BotDoor) -> None:
    """Ask for updates and handle them, until cancelled, whatever the messenger answers."""
    offset: int | None = None
    pause = _FIRST_PAUSE
    while True:
        before, began = offset, door.pace.seconds()
        try:
            offset = await take_updates(feed, offset, wait_seconds=POLL_SECONDS)
        except Exception as error:  # noqa: BLE001  nothing that comes back may end the bot
            log.warning("telegram.away", error=names_of(error))
            asked = error.retry_after if isinstance(error, TelegramRetryAfter) else pause
            await door.pause(min(asked, _LONGEST_ASKED))
            pause = min(2 * pause, _LONGEST_PAUSE)
        else:
            pause = _FIRST_PAUSE
            if offset == before and door.pace.seconds() - began < _FIRST_PAUSE:
                # A server that does not wait until there is something, or nothing to confirm.
                await door.pause(_FIRST_PAUSE)


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
    return max((one.update_id for one in updates), default=(offset or 0) - 1) + 1 or None


async def handle_all(updates: list[Update], feed: Feed) -> None:
    by_chat: dict[int | None, list[Update]] = defaultdict(list)
    for update in updates:
        by_chat[private_chat_of(update)].append(update)

    async def in_order(listed: list[Update]) -> None:
        for update in listed:
            await feed.handle_surely(update)

    await asyncio.gather(*(in_order(listed) for listed in by_chat.values()))

"""Tell the team's answers in the chats: a neutral ping each, and again until it arrived."""

from datetime import timedelta
from typing import Final

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)

from bot.buttons import keyboard
from bot.door import BotDoor
from bot.handlers.replies import ping
from bot.staff_channel import TelegramChannel
from bot.voice import voice_for
from dispatch.deliveries import (
    Waiting,
    mark_told,
    mark_unreachable,
    put_off,
    take_waiting,
)
from dispatch.send_notices import send_notices
from intake.chat_traces import forget_old_messages, note_chat_messages
from intake.drafts import ReplyChat
from runtime.log import log

LOOK_EVERY_SECONDS: Final = 1.0
# Shorter than a lease: nobody else tells it meanwhile.
SEND_SECONDS: Final = 20
_AGAIN_AFTER: Final = timedelta(seconds=30)
_FORGET_EVERY: Final = 3600


async def deliver_forever(bot: Bot, door: BotDoor) -> None:
    """Look every second; a database or messenger that is away is asked again."""
    looks = 0
    while True:
        try:
            if looks % _FORGET_EVERY == 0:
                await forget_old_messages(door.reception)
            await deliver_once(bot, door)
            await send_notices(TelegramChannel(bot), door.desk, door.console_url)
        except Exception as error:  # noqa: BLE001  whatever it is, the next answer must go out
            log.error("delivery.failed", error=type(error).__name__)
        looks += 1
        await door.pause(LOOK_EVERY_SECONDS)


async def deliver_once(bot: Bot, door: BotDoor) -> int:
    """Tell what may be told now; say how many were. Order is kept within a chat."""
    told, stuck = 0, set()
    async for waiting in take_waiting(door.key.name, door.desk):
        if waiting.chat_id in stuck:
            await put_off(waiting.message_id, door.desk, by=_AGAIN_AFTER)
            continue
        try:
            await _tell(waiting, bot, door)
            told += 1
        except TelegramRetryAfter as wait:
            stuck.add(waiting.chat_id)
            await put_off(waiting.message_id, door.desk, by=timedelta(seconds=wait.retry_after))
            await door.pause(wait.retry_after)
        except TelegramForbiddenError:
            await mark_unreachable(waiting.signal_id, door.desk)
        except TelegramBadRequest as error:
            # The chat is gone on their side: nobody can be told there.
            log.warning("delivery.refused", error=type(error).__name__)
            await mark_unreachable(waiting.signal_id, door.desk)
        except TelegramAPIError as error:
            stuck.add(waiting.chat_id)
            log.warning("delivery.put_off", error=type(error).__name__)
            await put_off(waiting.message_id, door.desk, by=_AGAIN_AFTER)
    return told


async def _tell(waiting: Waiting, bot: Bot, door: BotDoor) -> None:
    point, now = door.reception.point, door.reception.clock()
    voice = voice_for(waiting.locale, waiting.author, point=point, now=now, web=door.web)
    text, rows = ping(voice, waiting.message_id)
    sent = await bot.send_message(
        waiting.chat_id,
        text,
        reply_markup=keyboard(rows),
        protect_content=True,
        request_timeout=SEND_SECONDS,
    )
    await mark_told(waiting, door.desk)
    chat = ReplyChat(waiting.chat_id, door.key)
    await note_chat_messages(chat, [sent.message_id], door.reception)

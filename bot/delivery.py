"""Tell the team's answers in the chats: a neutral ping each, and again until it arrived."""

from collections.abc import Awaitable, Callable
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
from runtime.guard import names_of, place_of
from runtime.log import log

LOOK_EVERY_SECONDS: Final = 1.0
# Shorter than a lease: nobody else tells it meanwhile.
SEND_SECONDS: Final = 20
_AGAIN_AFTER: Final = timedelta(seconds=30)
_FORGET_EVERY: Final = 3600
_GONE: Final = ("chat not found", "user not found", "user is deactivated", "peer_id_invalid")


async def deliver_forever(bot: Bot, door: BotDoor) -> None:
    """Look every second; a database or messenger that is away is asked again."""
    looks = 0

    async def look() -> None:
        nonlocal looks
        if looks % _FORGET_EVERY == 0:
            await forget_old_messages(door.reception)
        looks += 1
        await deliver_once(bot, door)

    await _again_and_again(look, door)


async def tell_staff_forever(bot: Bot, door: BotDoor) -> None:
    """Beside the answers: neither waits for the other."""
    channel = TelegramChannel(bot, door.pace)
    await _again_and_again(
        lambda: send_notices(channel, door.desk, door.console_url, door.other_ways), door
    )


async def _again_and_again(act: Callable[[], Awaitable[object]], door: BotDoor) -> None:
    while True:
        try:
            await act()
        except Exception as error:  # noqa: BLE001  whatever it is, the next answer must go out
            raised = place_of(error.__traceback__)
            log.error("delivery.failed", error=names_of(error), raised=raised)
        await door.pause(LOOK_EVERY_SECONDS)


async def deliver_once(bot: Bot, door: BotDoor) -> int:
    """Tell what may be told now; say how many were. Order is kept within a chat."""
    told, stuck = 0, set()
    async for waiting in take_waiting(door.key.name, door.desk):
        chat_id = waiting.chat_id
        if chat_id in stuck:
            await put_off(waiting.message_id, door.desk, by=_AGAIN_AFTER)
            continue
        if wait := door.pace.wait(chat_id):
            stuck.add(chat_id)
            await put_off(waiting.message_id, door.desk, by=timedelta(seconds=wait))
            continue
        try:
            await _tell(waiting, bot, door)
            told += 1
        except TelegramRetryAfter as asked:
            stuck.add(chat_id)
            door.pace.limited(chat_id, asked.retry_after)
            by = timedelta(seconds=asked.retry_after)
            await put_off(waiting.message_id, door.desk, by=by)
        except TelegramForbiddenError:
            await mark_unreachable(waiting.signal_id, door.desk)
        except TelegramAPIError as error:
            if is_gone(error):
                await mark_unreachable(waiting.signal_id, door.desk)
                continue
            stuck.add(chat_id)
            log.warning("delivery.put_off", error=names_of(error))
            await put_off(waiting.message_id, door.desk, by=_AGAIN_AFTER)
    return told


def is_gone(error: TelegramAPIError) -> bool:
    """The chat is gone on their side: nobody can be told there. Any other refusal is ours."""
    said = error.message.casefold()
    return isinstance(error, TelegramBadRequest) and any(part in said for part in _GONE)


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
    door.pace.wrote(waiting.chat_id)
    await mark_told(waiting, door.desk)
    if sent.message_id:
        chat = ReplyChat(waiting.chat_id, door.key)
        await note_chat_messages(chat, [sent.message_id], door.reception)

"""Around every update: once each, one at a time in a chat; the deed first, then what is told."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final
from weakref import WeakValueDictionary

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from bot.chat_state import forget_state, save_state
from bot.door import BotDoor
from bot.lanes import Telling
from bot.person import Person, state_key, who_writes
from dispatch.deliveries import mark_unreachable
from intake.chat_traces import note_chat_messages
from intake.chats import find_chat
from intake.drafts import ReplyChat
from records.lookups import update_key

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

# The messenger delivers an update again for about a day.
_REPEATED_FOR_SECONDS: Final = 24 * 3600
_COURTESY_SECONDS: Final = 5


class Turns(BaseMiddleware):
    """Give each handler the `person` who writes; drop what came before and what is not private."""

    def __init__(self, door: BotDoor) -> None:
        self._door = door
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:  # noqa: ANN401  aiogram's own signature
        if not isinstance(event, Update) or (chat_id := private_chat_of(event)) is None:
            return None
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        async with lock:
            seen = f"update:{self._key(chat_id, event.update_id)}"
            if await self._door.store.get(seen) is None:
                await self._turn(handler, event, data, chat_id, seen)
        return None

    async def _turn(
        self, handler: Handler, event: Update, data: dict[str, Any], chat_id: int, seen: str
    ) -> None:
        bot: Bot = data["bot"]
        theirs = event.message.message_id if event.message else None
        person = await who_writes(bot, self._door, chat_id, event.update_id, theirs or None)
        await handler(event, data | {"person": person, "door": self._door})
        await self._remember(person)
        tellings = list(person.tellings)
        if event.callback_query is not None:
            tellings.insert(0, _courtesy(event.callback_query, person))

        async def finish() -> None:
            if person.said and not person.erased:
                await note_chat_messages(person.chat, person.said, self._door.reception)
            # After, not before: an update whose handling broke off must be handled again.
            await self._door.store.put(seen, b"1", ttl_seconds=_REPEATED_FOR_SECONDS)

        tellings.append(Telling(finish, lambda: True, counts=True))
        self._door.lanes.put(chat_id, tellings, left=lambda: self._left(chat_id))

    async def _remember(self, person: Person) -> None:
        key = state_key(ReplyChat(person.chat_id, self._door.key), self._door)
        if person.erased:
            await forget_state(key, self._door.store)
            return
        if person.message_id:
            await note_chat_messages(person.chat, [person.message_id], self._door.reception)
        if person.state != person.state_before:
            await save_state(key, person.state, self._door.store)

    async def _left(self, chat_id: int) -> None:
        """They blocked the bot while it answered: what they wrote is kept, the team is told."""
        known = await find_chat(ReplyChat(chat_id, self._door.key), self._door.reception)
        if known is not None:
            await mark_unreachable(known.access.signal_id, self._door.desk)

    def _key(self, chat_id: int, update_id: int) -> str:
        pepper = self._door.reception.records.keys.pepper.now
        return update_key(self._door.key.name, chat_id, update_id, pepper=pepper)


def _courtesy(callback: CallbackQuery, person: Person) -> Telling:
    """Let the button stop blinking. It was obeyed before; an old press cannot be answered."""

    async def answer() -> None:
        with suppress(TelegramAPIError):
            await person.bot.answer_callback_query(
                callback.id, text=person.toast or None, request_timeout=_COURTESY_SECONDS
            )

    return Telling(answer, lambda: False)


def private_chat_of(update: Update) -> int | None:
    """The chat of an update; None for groups and channels, where nobody can be safe."""
    if update.callback_query is not None:
        message = update.callback_query.message
        if message is not None and message.chat.type != "private":
            return None
        return update.callback_query.from_user.id
    carrier: Any = update.message or update.edited_message or update.my_chat_member
    if carrier is None or carrier.chat.type != "private":
        return None
    return int(carrier.chat.id)


def media_kind(message: Message) -> str | None:
    """What came that is not text; the border left its kind and nothing of it."""
    return message.author_signature

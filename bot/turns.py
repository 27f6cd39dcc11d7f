"""Around every update: once each, one at a time in a chat, and nothing left behind."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final
from weakref import WeakValueDictionary

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import Message, TelegramObject, Update

from bot.chat_state import forget_state, save_state
from bot.door import BotDoor
from bot.person import Person, state_key, who_writes
from dispatch.deliveries import mark_unreachable
from intake.chat_traces import note_chat_messages
from intake.drafts import ReplyChat
from records.lookups import update_key

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

# The messenger delivers an update again for about a day.
_REPEATED_FOR_SECONDS: Final = 24 * 3600


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
            if await self._door.store.get(seen) is not None:
                return None
            await self._turn(handler, event, data, chat_id)
            # After, not before: an update whose handling broke off must be handled again.
            await self._door.store.put(seen, b"1", ttl_seconds=_REPEATED_FOR_SECONDS)
        return None

    async def _turn(
        self, handler: Handler, event: Update, data: dict[str, Any], chat_id: int
    ) -> None:
        bot: Bot = data["bot"]
        theirs = event.message.message_id if event.message else None
        person = await who_writes(bot, self._door, chat_id, event.update_id, theirs)
        try:
            await handler(event, data | {"person": person, "door": self._door})
        except TelegramForbiddenError:
            # They blocked the bot while it answered: what they wrote is kept, the team is told.
            known = (await who_writes(bot, self._door, chat_id, event.update_id)).known
            if known is not None:
                await mark_unreachable(known.access.signal_id, self._door.desk)
        await self._remember(person)

    async def _remember(self, person: Person) -> None:
        chat = ReplyChat(person.chat_id, self._door.key)
        if person.erased:
            await forget_state(state_key(chat, self._door), self._door.store)
            return
        noted = [*([person.message_id] if person.message_id else []), *person.said]
        if noted:
            await note_chat_messages(chat, noted, self._door.reception)
        if person.state != person.state_before:
            await save_state(state_key(chat, self._door), person.state, self._door.store)

    def _key(self, chat_id: int, update_id: int) -> str:
        pepper = self._door.reception.records.keys.pepper.now
        return update_key(self._door.key.name, chat_id, update_id, pepper=pepper)


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

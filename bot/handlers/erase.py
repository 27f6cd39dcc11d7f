"""Erasing: ask, then destroy what is kept, and remove what the messenger still lets us remove."""

from typing import Final

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message

from bot.buttons import Button, Press
from bot.commands import command
from bot.person import Person
from intake.chat_traces import deletable_messages, forget_chat_messages
from intake.errors import ReceiptUnknown
from intake.withdraw import withdraw
from runtime.log import log

# Telegram's own limit of ids in one deleteMessages.
_BATCH: Final = 100


def build_router() -> Router:
    router = Router(name="erase")
    router.message.register(ask, command("effacer"))
    router.callback_query.register(ask, F.data == Press.ERASE)
    router.callback_query.register(erase, F.data == Press.ERASE_YES)
    router.callback_query.register(keep, F.data == Press.ERASE_NO)
    return router


async def ask(_asked: Message | CallbackQuery, person: Person) -> None:
    voice = person.voice
    rows = [
        [
            Button(voice("erase.yes"), Press.ERASE_YES),
            Button(voice("erase.no"), Press.ERASE_NO),
        ]
    ]
    person.say(voice("bot.erase"), rows)


async def keep(_callback: CallbackQuery, person: Person) -> None:
    person.say(person.voice("bot.kept"))


async def erase(callback: CallbackQuery, person: Person) -> None:
    """What we keep goes first: whatever the messenger answers, it is gone.

    The ids of what stands in the chat go last, so that an update handled again finds them.
    """
    voice, reception = person.voice, person.door.reception
    if person.known is not None:
        try:
            await withdraw(person.known.access, reception)
        except ReceiptUnknown:
            log.info("chat.erased_before")
    person.erased = True
    menu_id = callback.message.message_id if callback.message is not None else 0
    removed = True

    async def remove() -> None:
        nonlocal removed
        ids = {*await deletable_messages(person.chat, reception), menu_id} - {0}
        removed = await _remove(sorted(ids), person)
        await forget_chat_messages(person.chat, reception)

    person.later(remove, counts=True)
    person.later(lambda: person.write(voice("bot.erased" if removed else "bot.erased.partly")))


async def _remove(ids: list[int], person: Person) -> bool:
    """Whether the messenger took every batch; where it is away, it is asked again."""
    removed = True
    for batch in _batches(ids):
        try:
            await person.bot.delete_messages(person.chat_id, batch)
        except TelegramBadRequest as error:
            log.warning("chat.not_removed", error=type(error).__name__)
            removed = False
    return removed


def _batches(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]

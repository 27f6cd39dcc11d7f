"""Anything else: an old button, an unknown command."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.commands import LONE
from bot.handlers.start import menu
from bot.person import Person


def build_router() -> Router:
    router = Router(name="fallback")
    router.message.register(unknown_command, LONE)
    router.callback_query.register(old_button)
    return router


async def unknown_command(_message: Message, person: Person) -> None:
    voice = person.voice
    person.say(voice("bot.write"), menu(voice))


async def old_button(_callback: CallbackQuery, person: Person) -> None:
    """Whoever presses an old button finds the way on in a new menu."""
    person.say(person.voice("bot.gone"), menu(person.voice))

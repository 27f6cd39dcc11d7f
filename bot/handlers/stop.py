"""When somebody says that they want to stop: they decide, and the door stays open."""

import re

from aiogram import Router
from aiogram.types import Message

from bot.commands import command
from bot.person import Person
from bot.voice import Voice
from triage.signs import plain


def build_router() -> Router:
    router = Router(name="stop")
    router.message.register(leave, command("stop"))
    return router


async def leave(_message: Message, person: Person) -> None:
    person.say(person.voice("bot.stop"))


def wants_to_stop(text: str, voice: Voice) -> bool:
    """Whether the whole text is one of the catalogue's ways to say it, signs aside."""
    phrases = {_plain(phrase) for phrase in voice("bot.stop.phrases").split(";")}
    return _plain(text) in phrases


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", plain(text).text.casefold()))

"""How it works, and the code that opens the conversation on the web."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Button, Press
from bot.commands import COMMANDS, command
from bot.handlers.replies import cover, number_of
from bot.person import Person
from intake.chats import new_receipt


def build_router() -> Router:
    router = Router(name="explain")
    router.message.register(explain, command("aide", "help"))
    router.message.register(give_code, command("code"))
    router.callback_query.register(hide_code, F.data == Press.HIDE_CODE)
    return router


async def explain(_message: Message, person: Person) -> None:
    voice = person.voice
    commands = "\n".join(f"/{name} {voice(f'bot.command.{name}')}" for name in COMMANDS)
    person.say(f"{voice('bot.help')}\n\n{voice('bot.telegram')}\n\n{commands}")


async def give_code(_message: Message, person: Person) -> None:
    """A receipt for this conversation: it opens the same thread on the web."""
    voice = person.voice
    if person.known is None:
        person.say(voice("bot.code.first"))
        return
    code = await new_receipt(person.known.access, person.key("code"), person.door.reception)
    rows = [[Button(voice("bot.button.hide"), Press.HIDE_CODE)]]
    person.say(voice("bot.code", code=code), rows)


async def hide_code(callback: CallbackQuery, person: Person) -> None:
    cover(number_of(callback), person.voice("bot.hidden"), [], person)

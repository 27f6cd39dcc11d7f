"""Urgent help: three numbers first, when asked for and when the words of a message ask for it."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Button, Press
from bot.commands import command
from bot.person import Person
from bot.voice import Voice
from intake.emergency import EmergencyCard


def build_router() -> Router:
    router = Router(name="emergency")
    router.message.register(help_now, command("urgence"))
    router.callback_query.register(help_now, F.data == Press.NUMBERS)
    router.callback_query.register(other_help, F.data == Press.OTHER_NUMBERS)
    return router


async def help_now(_asked: Message | CallbackQuery, person: Person) -> None:
    show_card(person)


async def other_help(_callback: CallbackQuery, person: Person) -> None:
    voice = person.voice
    person.say(f"{voice('numbers.others')}\n\n{voice.other_numbers()}", protect=False)


def automatic_card(person: Person, card: EmergencyCard) -> None:
    """The card that a machine shows says that a machine shows it."""
    voice = person.voice
    text = f"{voice('emergency.automatic')}\n\n{_advice(voice)}\n\n{voice.numbers(card)}"
    person.say(text, _more(voice), protect=False)


def show_card(person: Person) -> None:
    voice = person.voice
    person.say(f"{_advice(voice)}\n\n{voice.numbers()}", _more(voice), protect=False)


def _advice(voice: Voice) -> str:
    return f"{voice('emergency.title')}. {voice('emergency.advice')}"


def _more(voice: Voice) -> list[list[Button]]:
    return [[Button(voice("bot.button.others"), Press.OTHER_NUMBERS)]]

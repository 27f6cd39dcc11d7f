"""For someone else: a relative is spoken to formally, a friend of the same age is not."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.buttons import Button, Press, pressed
from bot.person import Person
from triage.vocabulary import Author

_AUTHORS = (Author.RELATIVE, Author.PEER)


def build_router() -> Router:
    router = Router(name="someone")
    router.callback_query.register(ask_who, F.data == Press.SOMEONE)
    router.callback_query.register(begin, F.data.startswith(f"{Press.AS}:"))
    return router


async def ask_who(_callback: CallbackQuery, person: Person) -> None:
    voice = person.voice
    rows = [
        [Button(voice("bot.button.relative"), Press.AS, "0")],
        [Button(voice("bot.button.peer"), Press.AS, "1")],
    ]
    person.say(voice("bot.who"), rows)


async def begin(callback: CallbackQuery, person: Person) -> None:
    """The limit of confidentiality is told again in the words for whoever writes now."""
    place = pressed(callback.data or "")[1]
    person.state.author = _AUTHORS[1] if place == "1" else _AUTHORS[0]
    voice = person.voice
    opening = voice("form.intro.someone") if voice.is_formal else voice("bot.write.friend")
    person.say(f"{opening}\n\n{voice('limit')}")
    person.state.was_told_limit = True

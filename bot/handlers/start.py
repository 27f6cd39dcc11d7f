"""The welcome: who reads, what stays between us, where to call, and how to begin."""

import re
from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Button, Press
from bot.person import Person
from bot.voice import Voice
from intake.count_origin import count_origin

# A poster's or a code's address adds one word of these signs to it; anything else is a message.
_START: Final = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*", re.IGNORECASE)


def build_router() -> Router:
    router = Router(name="start")
    router.message.register(greet_at_start, F.text.regexp(_START, mode="fullmatch"))
    router.callback_query.register(greet, F.data == Press.MENU)
    return router


async def greet_at_start(message: Message, person: Person) -> None:
    """A word behind it says where they come from; one that is not listed was perhaps typed."""
    found = _START.fullmatch(message.text or "")
    word = found[1] if found else None
    origins = person.door.reception.point.origins
    # Whoever was greeted already is counted no more.
    is_new = person.known is None and not person.state.was_told_limit
    if word is not None and word in origins and is_new:
        await count_origin(word, person.door.reception)
    welcome(person)
    if word is not None and word not in origins:
        person.say(person.voice("bot.word"))


async def greet(_asked: CallbackQuery, person: Person) -> None:
    welcome(person)


def welcome(person: Person) -> None:
    """Two short messages; after them anything that is written is accepted."""
    voice = person.voice
    person.say(voice("form.intro.someone") if voice.is_formal else voice("bot.welcome"))
    invite = "" if voice.is_formal else "\n" + voice("bot.invite")
    person.say(what_stays_here(voice) + invite, menu(voice), protect=False)
    if person.language != "fr":
        person.say(voice("bot.language.slow"))
    person.state.was_told_limit = True


def what_stays_here(voice: Voice) -> str:
    """The limit of confidentiality, between hours and numbers: a preview shows only the hours."""
    return f"{hours(voice)}\n{voice('limit')}\n{voice('bot.numbers')}"


def hours(voice: Voice) -> str:
    if voice.is_open:
        return voice("bot.presence.here")
    return voice("bot.presence.away", opening=voice.opening())


def menu(voice: Voice) -> list[list[Button]]:
    return [
        [Button(voice("bot.button.write"), Press.WRITE)],
        [Button(voice("bot.button.question"), Press.QUESTIONS)],
        [Button(voice("bot.button.someone"), Press.SOMEONE)],
        [Button(voice("bot.button.now"), Press.NUMBERS)],
        [
            Button(voice("bot.button.discretion"), Press.DISCRETION),
            Button(f"🌐 {voice('bot.button.language')}", Press.LANGUAGES),
        ],
    ]

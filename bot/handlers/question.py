"""A question: the listening point's information cards."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.buttons import Button, Press, pressed
from bot.handlers.write import back_button
from bot.person import Person
from dispatch.cards import Card
from runtime.i18n import REFERENCE


def build_router() -> Router:
    router = Router(name="question")
    router.callback_query.register(offer, F.data == Press.QUESTIONS)
    router.callback_query.register(show, F.data.startswith(f"{Press.CARD}:"))
    return router


async def offer(_callback: CallbackQuery, person: Person) -> None:
    rows = [
        [Button(card.title, Press.CARD, str(place))] for place, card in enumerate(cards(person))
    ]
    person.say(person.voice("bot.question.choose"), [*rows, [back_button(person.voice)]])


async def show(callback: CallbackQuery, person: Person) -> None:
    listed, place = cards(person), pressed(callback.data or "")[1]
    if not place.isdecimal() or int(place) >= len(listed):
        return
    voice = person.voice
    rows = [
        [Button(voice("bot.button.question"), Press.QUESTIONS)],
        [Button(voice("bot.button.write"), Press.WRITE)],
    ]
    person.say(voice.fill(listed[int(place)].text), rows, protect=False)


def cards(person: Person) -> tuple[Card, ...]:
    every = person.door.reception.point.cards
    return every.get(person.language, every[REFERENCE])

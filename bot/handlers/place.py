"""The commune: asked once, after the first message, and never needed."""

from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.buttons import Button, Press, pressed
from bot.person import Person
from triage.territories import PlaceAnswer
from triage.vocabulary import UNKNOWN_TERRITORY

_MOST_WORDS: Final = 5
# The largest postal code of two districts has ten communes in the Nord.
_BUTTONS_AT_MOST: Final = 20


def build_router() -> Router:
    router = Router(name="place")
    router.callback_query.register(skip, F.data == Press.PLACE_SKIP)
    router.callback_query.register(choose, F.data.startswith(f"{Press.PLACE}:"))
    return router


def ask_place(person: Person, communes: tuple[str, ...] = ()) -> None:
    """Ask where the person is, or among the communes that share what was written."""
    voice = person.voice
    person.state.asks_place = True
    person.state.communes = communes[:_BUTTONS_AT_MOST]
    rows = [
        [Button(commune, Press.PLACE, str(number))]
        for number, commune in enumerate(person.state.communes)
    ]
    if communes:
        question = voice("bot.place.which")
    else:
        question = f"{voice('place.question')} {voice('bot.place.hint')}"
    person.say(question, [*rows, [Button(voice("place.skip"), Press.PLACE_SKIP)]])


def place_in(text: str, person: Person) -> PlaceAnswer | None:
    """What a short text says as a place, where one was asked for; None for any other message."""
    if not person.state.asks_place or len(text.split()) > _MOST_WORDS:
        return None
    answer = person.door.reception.gazetteer.resolve(commune=text.strip())
    is_one = answer.territory != UNKNOWN_TERRITORY or answer.candidates
    return answer if is_one else None


async def skip(_callback: CallbackQuery, person: Person) -> None:
    person.state.asks_place = False
    person.say(f"{person.voice('place.skipped')}.")


async def choose(callback: CallbackQuery, person: Person) -> None:
    """Keep the answer as what it is: a further message, with its commune."""
    number = pressed(callback.data or "")[1]
    communes = person.state.communes
    if person.known is None or not number.isdecimal() or int(number) >= len(communes):
        return
    commune = communes[int(number)]
    text = person.voice("place.answer", commune=commune)
    await person.keep(text, commune=commune)
    person.state.asks_place = False
    person.say(f"{person.voice('place.thanks')}.")

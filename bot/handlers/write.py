"""Writing freely, at any time: what is written is kept, and answered with what happens next."""

from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Button, Press
from bot.commands import LONE
from bot.handlers.emergency import automatic_card, show_card
from bot.handlers.place import ask_place, place_in
from bot.handlers.start import what_stays_here
from bot.handlers.stop import wants_to_stop
from bot.person import Person, state_key
from bot.voice import Voice
from intake.chats import TakenIn
from triage.territories import PlaceAnswer
from triage.vocabulary import Author

_ONE_CARD_SECONDS: Final = 600


def build_router() -> Router:
    router = Router(name="write")
    router.callback_query.register(invite, F.data == Press.WRITE)
    router.edited_message.register(keep_correction, F.text, ~F.author_signature)
    router.message.register(keep, F.text, ~LONE)
    return router


async def invite(callback: CallbackQuery, person: Person) -> None:
    await callback.answer()
    if person.state.author is Author.UNKNOWN and person.known is None:
        person.state.author = Author.YOUNG
    await person.say(person.voice("bot.write"))


async def keep(message: Message, person: Person) -> None:
    text = message.text or ""
    if text.casefold().startswith("/urgence"):
        await show_card(person)
    await keep_text(text, person)


async def keep_correction(message: Message, person: Person) -> None:
    """An edited message is another one: what it said before was read perhaps."""
    if (message.text or "").strip():
        await keep_text(f"{person.voice('bot.edited')} {message.text}", person)


async def keep_text(text: str, person: Person) -> None:
    """Keep what was written, whatever was asked before; then say what happens next.

    Only what nobody can type is not kept, and the person is told so.
    """
    await tell_limit_first(person)
    place = place_in(text, person)
    speed = await person.door.limits.chat_speed(state_key(person.chat, person.door))
    if speed.is_lost:
        if speed.is_new:
            await person.say(person.voice("bot.slow_down"))
        return
    taken = await person.keep(
        text, commune=text.strip() if place else None, suspicious=speed.is_suspicious
    )
    person.state.asks_place = False
    if taken.told.emergency is not None and await _is_new_alarm(person):
        await automatic_card(person, taken.told.emergency)
    await _say_what_follows(taken, text, place, person)
    if taken.is_first and taken.told.needs_place:
        await ask_place(person, taken.communes)


async def _is_new_alarm(person: Person) -> bool:
    """A burst of alarming messages shows one card: ten would push the numbers off the screen."""
    key = f"card:{state_key(person.chat, person.door)}"
    return await person.door.store.count(key, ttl_seconds=_ONE_CARD_SECONDS) == 1


async def _say_what_follows(
    taken: TakenIn, text: str, place: PlaceAnswer | None, person: Person
) -> None:
    voice = person.voice
    if place is not None and place.candidates:
        await ask_place(person, place.candidates)
    elif place is not None and taken.told.emergency is None:
        await person.say(f"{voice('place.thanks')}.")
    elif wants_to_stop(text, voice):
        await person.say(voice("bot.stop"))
    elif not taken.told.was_told_lately:
        await person.say(what_happens_next(taken, voice))


async def tell_limit_first(person: Person) -> None:
    """Nobody's words are taken before they could read what may have to be passed on."""
    if person.known is None and not person.state.was_told_limit:
        await person.say(what_stays_here(person.voice), protect=False)
        person.state.was_told_limit = True


def what_happens_next(taken: TakenIn, voice: Voice) -> str:
    """By when a person reads it. No minutes are promised while nobody is there."""
    said = [voice("bot.arrived")]
    if voice.is_open or taken.told.emergency is None:
        said.append(voice("receipt.read_by", by=voice.by(taken.told.read_by)))
    if not voice.is_open:
        said.append(voice("receipt.away", opening=voice.opening()))
    return " ".join(said)


def back_button(voice: Voice) -> Button:
    return Button(voice("bot.button.back"), Press.MENU)

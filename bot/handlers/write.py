"""Writing freely, at any time: what is written is kept, and answered with what happens next."""

from hashlib import blake2b
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
from intake.chat_traces import note_told, was_told_lately
from intake.chats import TakenIn
from intake.sender import read_conversation
from triage.territories import PlaceAnswer
from triage.vocabulary import Author

_ONE_CARD_SECONDS: Final = 600
# The messenger lets people edit for two days.
_EDITED_FOR_SECONDS: Final = 48 * 3600


def build_router() -> Router:
    router = Router(name="write")
    router.callback_query.register(invite, F.data == Press.WRITE)
    router.edited_message.register(keep_correction, F.text, ~F.author_signature)
    router.message.register(keep, F.text, ~LONE)
    return router


async def invite(_callback: CallbackQuery, person: Person) -> None:
    if person.state.author is Author.UNKNOWN and person.known is None:
        person.state.author = Author.YOUNG
    person.say(person.voice("bot.write"))


async def keep(message: Message, person: Person) -> None:
    text = message.text or ""
    if text.casefold().startswith("/urgence"):
        show_card(person)
    if message.forward_signature:
        text = f"{person.voice('bot.forwarded')} {text}"
    await keep_text(text, person)
    await note_wording(message, person)


async def keep_correction(message: Message, person: Person) -> None:
    """An edited message is another one: what it said before was read perhaps.

    Not where its words are the same; and where its message never came, it is that message.
    """
    text = message.text or ""
    if not text.strip() or await _is_said(message, person):
        return
    is_first = person.known is None
    await keep_text(text if is_first else f"{person.voice('bot.edited')} {text}", person)
    await note_wording(message, person)


async def note_wording(message: Message, person: Person) -> None:
    """A keyed digest of a message's words, for as long as it can be edited."""
    key, digest = _wording(message, person)
    await person.door.store.put(key, digest, ttl_seconds=_EDITED_FOR_SECONDS)


async def _is_said(message: Message, person: Person) -> bool:
    """Whether a message says what it said before, as noted, else as the thread has it."""
    key, digest = _wording(message, person)
    before = await person.door.store.get(key)
    if before is not None or person.known is None:
        return before == digest
    thread = await read_conversation(person.known.access, person.door.reception)
    text = message.text or ""
    said = {text, f"{person.voice('bot.edited')} {text}"}
    return any(one.text in said for one in thread.messages)


def _wording(message: Message, person: Person) -> tuple[str, bytes]:
    key = person.door.reception.records.keys.pepper.now.value
    digest = blake2b((message.text or "").encode(), key=key, digest_size=16).digest()
    return f"wording:{state_key(person.chat, person.door)}:{message.message_id}", digest


async def keep_text(text: str, person: Person) -> None:
    """Keep what was written, whatever was asked before; then say what happens next.

    Only what nobody can type is not kept, and the person is told so.
    """
    if not text.strip():
        person.say(person.voice("bot.write"))
        return
    tell_limit_first(person)
    place = place_in(text, person)
    speed = await person.door.limits.chat_speed(state_key(person.chat, person.door))
    if speed.is_lost:
        if speed.is_new:
            person.say(person.voice("bot.slow_down"))
        return
    taken = await person.keep(
        text, commune=text.strip() if place else None, suspicious=speed.is_suspicious
    )
    person.state.asks_place = False
    if taken.told.emergency is not None and await _is_new_alarm(person):
        automatic_card(person, taken.told.emergency)
    _say_what_follows(taken, text, place, person)
    if taken.is_first and taken.told.needs_place:
        ask_place(person, taken.communes)


async def _is_new_alarm(person: Person) -> bool:
    """A burst of alarming messages shows one card: ten would push the numbers off the screen."""
    key = f"card:{state_key(person.chat, person.door)}"
    return await person.door.store.count(key, ttl_seconds=_ONE_CARD_SECONDS) == 1


def _say_what_follows(taken: TakenIn, text: str, place: PlaceAnswer | None, person: Person) -> None:
    voice = person.voice
    if place is not None and place.candidates:
        ask_place(person, place.candidates)
    elif place is not None and taken.told.emergency is None:
        person.say(f"{voice('place.thanks')}.")
    elif wants_to_stop(text, voice):
        person.say(voice("bot.stop"))
    elif not taken.told.was_told_lately:
        person.later(lambda: _acknowledge(taken, person), counts=True)


async def _acknowledge(taken: TakenIn, person: Person) -> None:
    """Say what happens next, as it is when it is said; once for what came in a burst.

    Only what was said is noted as said: after a process that died, the next message is answered.
    """
    chat, reception = person.chat, person.door.reception
    if taken.told.emergency is None and await was_told_lately(chat, reception):
        return
    await person.write(what_happens_next(taken, person.voice))
    await note_told(chat, reception)


def tell_limit_first(person: Person) -> None:
    """Nobody's words are taken before they could read what may have to be passed on."""
    if person.known is None and not person.state.was_told_limit:
        person.say(what_stays_here(person.voice), protect=False)
        person.state.was_told_limit = True


def what_happens_next(taken: TakenIn, voice: Voice) -> str:
    """By when a person reads it. No minutes are promised while nobody is there."""
    said = [voice("bot.arrived")]
    if taken.told.read_by <= voice.now:
        return said[0]
    if voice.is_open or taken.told.emergency is None:
        said.append(voice("receipt.read_by", by=voice.by(taken.told.read_by)))
    if not voice.is_open:
        said.append(voice("receipt.away", opening=voice.opening()))
    return " ".join(said)


def back_button(voice: Voice) -> Button:
    return Button(voice("bot.button.back"), Press.MENU)

"""Answers of the team: a neutral ping, opened and hidden again by whoever holds the phone."""

from contextlib import suppress
from typing import Final
from uuid import UUID

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message

from bot.buttons import Button, Press, pressed
from bot.commands import command
from bot.handlers.start import menu
from bot.person import Person
from bot.voice import Voice
from intake.chats import mark_opened, reply_words, waiting_replies

# Half of what a message may hold, so that signs that count twice fit too.
PART: Final = 2000


def build_router() -> Router:
    router = Router(name="replies")
    router.message.register(look, command("lire"))
    router.callback_query.register(read, F.data.startswith(f"{Press.READ}:"))
    router.callback_query.register(hide, F.data.startswith(f"{Press.HIDE}:"))
    return router


def ping(voice: Voice, message_id: UUID) -> tuple[str, list[list[Button]]]:
    """What a notification may show, and the button under it."""
    return voice("bot.ping"), [[Button(voice("bot.button.read"), Press.READ, message_id.hex)]]


async def look(_message: Message, person: Person) -> None:
    """Whoever comes and looks finds what waits, even where nothing may be sent to them."""
    waiting = (
        await waiting_replies(person.known.access, person.door.reception) if person.known else []
    )
    for message_id in waiting:
        person.say(*ping(person.voice, message_id))
    if not waiting:
        person.say(person.voice("bot.nothing_waits"))


async def read(callback: CallbackQuery, person: Person) -> None:
    """Show an answer, a part at a time where it is long."""
    voice = person.voice
    reply, _, part = pressed(callback.data or "")[1].partition(":")
    message_id = _id(reply)
    words = None
    if person.known is not None and message_id is not None:
        words = await reply_words(person.known.access, message_id, person.door.reception)
    if person.known is None or message_id is None or not words:
        person.say(voice("bot.gone"), menu(voice))
        return
    parts = parts_of(words)
    number = min(int(part), len(parts) - 1) if part.isdecimal() else 0
    buttons = [Button(voice("bot.button.hide"), Press.HIDE, reply)]
    if number + 1 < len(parts):
        more = f"{reply}:{number + 1}"
        buttons.append(Button(voice("bot.button.more"), Press.READ, more))
    person.turn(number_of(callback), parts[number], [buttons])
    access = person.known.access
    # Opened is what they could see, not what we meant to show.
    person.later(lambda: mark_opened(access, message_id, person.door.reception))


async def hide(callback: CallbackQuery, person: Person) -> None:
    message_id = _id(pressed(callback.data or "")[1])
    if message_id is not None:
        text, rows = ping(person.voice, message_id)
        cover(number_of(callback), text, rows, person)


def cover(number: int | None, text: str, rows: list[list[Button]], person: Person) -> None:
    """Hide what a message says; where it can neither be changed nor removed, say so."""

    async def remove() -> None:
        with suppress(TelegramBadRequest):
            if number and await person.bot.delete_message(person.chat_id, number):
                return
        await person.write(person.voice("bot.not_hidden"))

    person.turn(number, text, rows, otherwise=remove)


def number_of(callback: CallbackQuery) -> int | None:
    return callback.message.message_id if callback.message is not None else None


def parts_of(words: str) -> list[str]:
    """Cut at the last line or blank that fits; nothing of the words is lost."""
    parts: list[str] = []
    while len(words) > PART:
        cut = max(words.rfind("\n", 1, PART), words.rfind(" ", 1, PART))
        cut = cut if cut > 0 else PART
        parts.append(words[:cut])
        words = words[cut:]
    return [part for part in (*parts, words) if part.strip()]


def _id(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None

"""Discretion: what others may see, and when the team may write."""

from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Button, Press, pressed
from bot.commands import command
from bot.person import Person
from bot.voice import Voice
from dispatch.contact_window import NEVER
from intake.chats import set_window
from intake.drafts import ReplyChat
from intake.wording import hours_in_words

# Before, during and after a school day; the sender may come and look at any time.
WINDOWS: Final = (None, "08:00-12:00", "12:00-17:00", "17:00-20:00", "20:00-22:30", NEVER)


def build_router() -> Router:
    router = Router(name="discretion")
    router.message.register(advise, command("discretion"))
    router.callback_query.register(advise, F.data == Press.DISCRETION)
    router.callback_query.register(offer_windows, F.data == Press.WINDOWS)
    router.callback_query.register(keep_window, F.data.startswith(f"{Press.WINDOW}:"))
    return router


async def advise(_asked: Message | CallbackQuery, person: Person) -> None:
    voice = person.voice
    rows = [
        [Button(voice("bot.button.when"), Press.WINDOWS)],
        [Button(voice("bot.button.erase"), Press.ERASE)],
    ]
    person.say(f"{voice('bot.discretion')}\n\n{voice('bot.telegram')}", rows)


async def offer_windows(_callback: CallbackQuery, person: Person) -> None:
    voice = person.voice
    rows = [
        [Button(_name(window, voice), Press.WINDOW, str(place))]
        for place, window in enumerate(WINDOWS)
    ]
    person.say(voice("bot.window"), rows)


async def keep_window(callback: CallbackQuery, person: Person) -> None:
    place = pressed(callback.data or "")[1]
    if not place.isdecimal() or int(place) >= len(WINDOWS):
        return
    window = WINDOWS[int(place)]
    person.state.window = window
    chat = ReplyChat(person.chat_id, person.door.key, window)
    await set_window(chat, person.door.reception)
    voice = person.voice
    if window is None:
        person.say(voice("bot.window.any_kept"))
    elif window == NEVER:
        person.say(voice("bot.window.never_kept"))
    else:
        person.say(voice("bot.window.kept", hours=hours_in_words(window, voice.texts)))


def _name(window: str | None, voice: Voice) -> str:
    if window is None:
        return voice("bot.window.any")
    if window == NEVER:
        return voice("bot.window.never")
    return hours_in_words(window, voice.texts).capitalize()

"""Pictures, voice, files, places, cards: refused kindly, never fetched; a caption is a message."""

from contextlib import suppress
from typing import Final

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message

from bot.handlers.write import keep_correction, keep_text, note_wording
from bot.person import Person, state_key
from bot.turns import media_kind

_IMAGES: Final = frozenset({"photo", "video", "video_note", "animation", "document", "live_photo"})
_ALBUM_SECONDS: Final = 600


def build_router() -> Router:
    router = Router(name="media")
    router.message.register(refuse, F.author_signature)
    router.edited_message.register(keep_caption, F.author_signature)
    return router


async def refuse(message: Message, person: Person) -> None:
    """Once an album. The message is taken out of the chat: nobody should find it there."""
    if (message.text or "").strip():
        await keep_text(message.text or "", person)
        await note_wording(message, person)

    async def remove() -> None:
        with suppress(TelegramBadRequest):  # then it stays in their chat; it never came to us
            await person.bot.delete_message(person.chat_id, message.message_id)

    person.later(remove)
    if message.media_group_id and not await _is_first(message.media_group_id, person):
        return
    kind, voice = media_kind(message), person.voice
    if kind in {"location", "venue"}:
        person.say(voice("bot.media.place"), protect=False)
    elif kind == "contact":
        person.say(voice("bot.media.contact"))
    elif kind in _IMAGES:
        person.say(f"{voice('bot.media')}\n\n{voice('bot.media.images')}", protect=False)
    else:
        person.say(voice("bot.media"))


async def keep_caption(message: Message, person: Person) -> None:
    """A corrected caption; a live position moves by itself and is answered once."""
    await keep_correction(message, person)


async def _is_first(album: str, person: Person) -> bool:
    key = f"album:{state_key(person.chat, person.door)}:{album}"
    return await person.door.store.count(key, ttl_seconds=_ALBUM_SECONDS) == 1

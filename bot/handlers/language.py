"""The choice of language; the phone's own language is neither used nor kept."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Button, Press, pressed
from bot.commands import command
from bot.handlers.start import welcome
from bot.person import Person, who_writes
from intake.chats import set_language
from runtime.i18n import languages, load_texts


def build_router() -> Router:
    router = Router(name="language")
    router.message.register(offer, command("langue", "language"))
    router.callback_query.register(offer, F.data == Press.LANGUAGES)
    router.callback_query.register(choose, F.data.startswith(f"{Press.LANGUAGE}:"))
    return router


async def offer(_asked: Message | CallbackQuery, person: Person) -> None:
    rows = [
        [Button(load_texts(language)("page.language_name"), Press.LANGUAGE, str(place))]
        for place, language in enumerate(languages())
    ]
    person.say(person.voice("bot.language.choose"), rows)


async def choose(callback: CallbackQuery, person: Person) -> None:
    place = pressed(callback.data or "")[1]
    if not place.isdecimal() or int(place) >= len(languages()):
        return
    language = languages()[int(place)]
    person.state.language = language
    if person.known is not None:
        await set_language(person.chat, language, person.door.reception)
        person.known = (
            await who_writes(person.bot, person.door, person.chat_id, person.update_id)
        ).known
        person.say(f"{person.voice('bot.language.kept')} {_slow(person)}".strip())
        return
    person.say(person.voice("bot.language.kept"))
    welcome(person)


def _slow(person: Person) -> str:
    return person.voice("bot.language.slow") if person.language != languages()[0] else ""

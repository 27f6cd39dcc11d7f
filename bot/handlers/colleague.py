"""A member of staff links this chat to be told of alerts, and says « vu »."""

import re
from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Press
from bot.person import Person
from dispatch.own_alerts import mark_seen
from dispatch.staff_chat import link, member_of
from runtime.i18n import load_texts
from triage.signs import plain

_COMMAND: Final = re.compile(r"/equipe(@\w+)?(\s+\S{1,20})?\s*", re.IGNORECASE)


def build_router() -> Router:
    router = Router(name="colleague")
    router.message.register(link_chat, F.text.regexp(_COMMAND, mode="fullmatch"))
    router.callback_query.register(seen, F.data == Press.SEEN)
    return router


async def link_chat(message: Message, person: Person) -> None:
    """`/equipe CODE`, with the code that the console showed."""
    _, _, code = plain(message.text or "").text.strip().partition(" ")
    door, texts = person.door, load_texts(domain="staff")
    done = bool(code.strip()) and await link(code, person.chat_id, door.key, door.desk)
    person.say(texts("ways.linked") if done else texts("ways.not_linked"))


async def seen(_callback: CallbackQuery, person: Person) -> None:
    """Everything that this chat was told of until now."""
    member_id = await member_of(person.chat_id, person.door.key, person.door.desk)
    if member_id is not None:
        await mark_seen(member_id, person.door.desk)
    person.toast = load_texts(domain="staff")("notice.seen")

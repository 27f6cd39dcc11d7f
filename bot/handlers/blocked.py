"""The bot was blocked, or taken back: the team knows whether an answer can arrive."""

from aiogram import F, Router
from aiogram.types import ChatMemberUpdated

from bot.person import Person
from dispatch.deliveries import mark_unreachable


def build_router() -> Router:
    router = Router(name="blocked")
    router.my_chat_member.register(blocked, F.new_chat_member.status == "kicked")
    return router


async def blocked(_change: ChatMemberUpdated, person: Person) -> None:
    if person.known is not None:
        await mark_unreachable(person.known.access.signal_id, person.door.desk)

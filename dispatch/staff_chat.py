"""Use cases: a member has alerts told in their own messenger chat, linked by a one-time code."""

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from dispatch.desk import Desk, SignedIn
from records.chat_keys import BotKey, lock_staff_address
from records.lookups import chat_lookup, link_code_lookup
from records.tables import StaffChat

CODE_LASTS: Final = timedelta(minutes=10)
# Without letters and figures that are mistaken for each other; 31^8 are 39 bits, for ten minutes.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 8


async def new_code(member: SignedIn, desk: Desk) -> str:
    """A code that links the chat which sends it within ten minutes; it replaces a former link."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    async with desk.records.transaction() as tx:
        await tx.notices.remove_chat(member.id)
        await tx.notices.add_chat(
            StaffChat(
                member_id=member.id,
                code_lookup=link_code_lookup(code, pepper=desk.records.keys.pepper.now),
                code_expires_at=desk.clock() + CODE_LASTS,
            )
        )
    return code


async def link(code: str, chat_id: int, bot: BotKey, desk: Desk) -> bool:
    """Link the chat; False where no member waits with that code. A code is good once."""
    keys = desk.records.keys
    lookups = [
        link_code_lookup(code.strip().upper(), pepper=key) for _, key in keys.pepper.newest_first()
    ]
    async with desk.records.transaction() as tx:
        row = await tx.notices.chat_by_code(lookups)
        if row is None or row.code_expires_at is None or row.code_expires_at < desk.clock():
            return False
        address = chat_lookup(bot.name, chat_id, pepper=keys.pepper.now)
        former = await tx.notices.chat_by_lookup([address])
        if former is not None and former.member_id != row.member_id:
            await tx.notices.remove_chat(former.member_id)
        row.bot, row.chat_lookup = bot.name, address
        row.locked_address = lock_staff_address(chat_id, member_id=row.member_id, key=keys.contact)
        row.contact_version = keys.contact.current
        row.code_lookup, row.code_expires_at = None, None
    return True


async def unlink(member_id: UUID, desk: Desk) -> None:
    async with desk.records.transaction() as tx:
        await tx.notices.remove_chat(member_id)


async def is_linked(member: SignedIn, desk: Desk) -> bool:
    async with desk.records.reading() as tx:
        chat = await tx.notices.chat_of(member.id)
    return chat is not None and chat.locked_address is not None


async def member_of(chat_id: int, bot: BotKey, desk: Desk) -> UUID | None:
    """Whose chat it is; None for a chat that no member linked."""
    lookups = [
        chat_lookup(bot.name, chat_id, pepper=key)
        for _, key in desk.records.keys.pepper.newest_first()
    ]
    async with desk.records.reading() as tx:
        chat = await tx.notices.chat_by_lookup(lookups)
    return chat.member_id if chat is not None else None

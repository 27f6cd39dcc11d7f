"""Use cases: remember for two days what stands in a chat, so that it can be deleted there."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from intake.chats import lookups_of
from intake.drafts import ReplyChat
from intake.reception import Reception
from records.chat_keys import lock_message_id, unlock_message_id
from records.ids import new_id
from records.tables import ChatMessage

# The messenger lets a bot delete what is younger than two days.
DELETABLE: Final = timedelta(hours=47, minutes=50)


async def note_chat_messages(
    chat: ReplyChat, message_ids: Iterable[int], reception: Reception
) -> None:
    """Remember what stands in a chat, so that it can be deleted there within two days."""
    keys, now = reception.records.keys, reception.clock()
    lookup = lookups_of(chat, reception)[0]
    rows = [(new_id(), message_id) for message_id in message_ids]
    async with reception.records.transaction() as tx:
        await tx.chats.forget_old_messages(before=now - DELETABLE)
        await tx.chats.note_messages(
            [
                ChatMessage(
                    id=row,
                    chat_lookup=lookup,
                    locked_id=lock_message_id(message_id, row=row, key=keys.contact),
                    contact_version=keys.contact.current,
                    sent_at=now,
                )
                for row, message_id in rows
            ]
        )


async def deletable_messages(chat: ReplyChat, reception: Reception) -> Sequence[int]:
    """The ids of the messages of a chat that the messenger still lets a bot delete, in order."""
    since = reception.clock() - DELETABLE
    async with reception.records.reading() as tx:
        rows = await tx.chats.noted_messages(lookups_of(chat, reception), since=since)
    key = reception.records.keys.contact
    return sorted(
        {unlock_message_id(r.locked_id, row=r.id, version=r.contact_version, key=key) for r in rows}
    )


async def forget_chat_messages(chat: ReplyChat, reception: Reception) -> None:
    async with reception.records.transaction() as tx:
        await tx.chats.forget_messages(lookups_of(chat, reception))

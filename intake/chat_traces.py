"""What a chat leaves with us: that the sender is there, and what can be deleted there."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from intake.drafts import ReplyChat
from intake.reception import Reception
from records import Transaction
from records.chat_keys import lock_address, lock_message_id, unlock_message_id
from records.ids import new_id
from records.lookups import chat_lookup
from records.tables import Chat, ChatMessage

# The messenger lets a bot delete what is younger than two days.
DELETABLE: Final = timedelta(hours=47, minutes=50)
# A burst of messages is answered once.
_LATELY: Final = timedelta(minutes=10)


async def sender_is_here(
    signal_id: UUID, chat: ReplyChat, reception: Reception, tx: Transaction
) -> bool:
    """Who writes can be answered again, whatever was before; whether they were told lately."""
    row = await tx.chats.of_signal(signal_id)
    if row is None:
        return False
    keys, now = reception.records.keys, reception.clock()
    row.last_active_at = now
    row.unreachable_since = None
    row.locked_address = lock_address(chat.chat_id, signal_id=signal_id, key=keys.contact)
    row.contact_version = keys.contact.current
    await tx.chats.note_messages(list(noted(chat, reception)))
    return _is_lately(row, now)


async def was_told_lately(chat: ReplyChat, reception: Reception) -> bool:
    """Whether the sender was told a moment ago that what they write arrives."""
    async with reception.records.reading() as tx:
        row = await tx.chats.find(lookups_of(chat, reception))
    return row is not None and _is_lately(row, reception.clock())


async def note_told(chat: ReplyChat, reception: Reception) -> None:
    async with reception.records.transaction() as tx:
        row = await tx.chats.find(lookups_of(chat, reception))
        if row is not None:
            row.acknowledged_at = reception.clock()


def _is_lately(row: Chat, now: datetime) -> bool:
    return row.acknowledged_at is not None and now - row.acknowledged_at < _LATELY


async def note_chat_messages(
    chat: ReplyChat, message_ids: Iterable[int], reception: Reception
) -> None:
    """Remember what stands in a chat, so that it can be deleted there within two days."""
    rows = [_noted(message_id, chat, reception) for message_id in message_ids]
    async with reception.records.transaction() as tx:
        await tx.chats.note_messages(rows)


def noted(chat: ReplyChat, reception: Reception) -> Iterator[ChatMessage]:
    """The row for the message that comes with a draft, if the messenger gave it an id."""
    if chat.message_id is not None:
        yield _noted(chat.message_id, chat, reception)


def _noted(message_id: int, chat: ReplyChat, reception: Reception) -> ChatMessage:
    key, row = reception.records.keys.contact, new_id()
    return ChatMessage(
        id=row,
        chat_lookup=lookups_of(chat, reception)[0],
        locked_id=lock_message_id(message_id, row=row, key=key),
        contact_version=key.current,
        sent_at=reception.clock(),
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


async def forget_old_messages(reception: Reception) -> None:
    """What can no longer be deleted there need not be remembered here."""
    async with reception.records.transaction() as tx:
        await tx.chats.forget_old_messages(before=reception.clock() - DELETABLE)


def lookups_of(chat: ReplyChat, reception: Reception) -> list[bytes]:
    """By which a chat is found, under each version of the pepper, the current one first."""
    pepper = reception.records.keys.pepper
    return [
        chat_lookup(chat.bot.name, chat.chat_id, pepper=key) for _, key in pepper.newest_first()
    ]

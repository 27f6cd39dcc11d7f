"""The sender's own way back: from a receipt to the conversation, and what they may see of it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dispatch.leaving import has_left
from intake.errors import ReceiptUnknown, ReceiptUnreadable
from intake.receipts import normalise_code
from intake.reception import Reception
from records import Transaction
from records.conversations import open_content, unwrap_for_sender
from records.errors import SealBroken
from records.passwords import receipt_keys
from records.sealing import SecretKey, public_half
from records.tables import MessageKind, Signal
from triage.vocabulary import Author

_NO_CODE = "-"


@dataclass(frozen=True, slots=True)
class SenderAccess:
    """What a correct receipt gives: the conversation and the key to it."""

    signal_id: UUID
    key: SecretKey


@dataclass(frozen=True, slots=True)
class ChatAccess:
    """What writing from the signal's own chat gives: the conversation and its secret key."""

    signal_id: UUID
    secret: SecretKey


Access = SenderAccess | ChatAccess


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One message as the sender sees it; who of the team wrote is not told."""

    at: datetime
    from_team: bool
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Thread:
    """`waiting_for_us` while the sender's last message has no answer; `read_by` is its promise."""

    author: Author
    locale: str
    messages: tuple[ThreadMessage, ...]
    read_by: datetime | None


async def unlock_receipt(typed: str, reception: Reception) -> SenderAccess:
    """Find the conversation of a receipt.

    A wrong code costs the same time as a right one: the slow derivation runs either way, once for
    each version of the pepper. Raises ReceiptUnreadable and ReceiptUnknown.
    """
    unreadable: ReceiptUnreadable | None = None
    try:
        code = normalise_code(typed)
    except ReceiptUnreadable as error:
        unreadable, code = error, _NO_CODE
    pepper = reception.records.keys.pepper
    tried = [
        await asyncio.to_thread(receipt_keys, code, pepper=key, cost=reception.receipt_cost)
        for _, key in pepper.newest_first()
    ]
    async with reception.records.reading() as tx:
        signal = await tx.signals.by_receipt([keys.lookup for keys in tried])
    if unreadable is not None:
        raise unreadable
    if signal is None:
        raise ReceiptUnknown
    keys = next(keys for keys in tried if keys.lookup == signal.receipt_lookup)
    return SenderAccess(signal.id, keys.key)


async def read_conversation(access: Access, reception: Reception) -> Thread:
    """The sender's messages and the team's answers, oldest first; never a note among staff.

    Nor an answer that its author can still take back.
    """
    async with reception.records.reading() as tx:
        signal = await tx.signals.by_id(access.signal_id)
        if signal is None:
            raise ReceiptUnknown
        secret = conversation_secret(signal, access)
        rows = await tx.signals.messages(signal.id, kinds=(MessageKind.INBOUND, MessageKind.REPLY))
        now = reception.clock()
        rows = [row for row in rows if has_left(row, now=now)]
        read_by = await _read_by(signal, tx)
    return Thread(
        author=signal.author,
        locale=signal.locale,
        read_by=read_by,
        messages=tuple(
            ThreadMessage(
                at=row.created_at,
                from_team=row.kind is MessageKind.REPLY,
                text=open_content(
                    row.sealed, signal_id=signal.id, message_id=row.id, secret=secret
                ).text,
            )
            for row in rows
        ),
    )


def conversation_secret(signal: Signal, access: Access) -> SecretKey:
    """The key to all that is said in it; SealBroken where the access is to another conversation.

    ReceiptUnknown where its content was erased, whatever the sender still holds.
    """
    if signal.content_erased_at is not None:
        raise ReceiptUnknown
    if isinstance(access, ChatAccess):
        if public_half(access.secret) != signal.public_key:
            raise SealBroken("chat")
        return access.secret
    return unwrap_for_sender(signal.sender_wrap, signal_id=signal.id, receipt_key=access.key)


async def _read_by(signal: Signal, tx: Transaction) -> datetime | None:
    """Until when somebody will have read the last message; None once it was read."""
    promises = await tx.follow_ups.open_ones([signal.id])
    return next((p.due_at for p in promises if p.kind.value == "read"), None)

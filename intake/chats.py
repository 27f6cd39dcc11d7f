"""Use cases: what a messenger's door asks for a chat, from its first message to its erasure."""

import asyncio
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from dispatch.leaving import has_left
from intake.add_message import Added, add_message
from intake.chat_traces import lookups_of
from intake.drafts import ReplyChat, SignalDraft
from intake.errors import ReceiptUnknown
from intake.receipts import make_code
from intake.receive import receive_signal
from intake.reception import Reception
from intake.sender import Access, ChatAccess, conversation_secret
from records.chat_keys import unwrap_for_bot
from records.conversations import open_content, wrap_for_sender
from records.errors import Conflict, SealBroken
from records.passwords import receipt_keys
from records.tables import MessageKind
from runtime.log import log
from triage.vocabulary import Author

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class KnownChat:
    """A chat whose conversation is kept."""

    access: ChatAccess
    author: Author
    locale: str
    window: str | None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """`is_first` for the message that opened the conversation."""

    told: Added
    is_first: bool
    communes: tuple[str, ...] = field(default=(), repr=False)


async def find_chat(chat: ReplyChat, reception: Reception) -> KnownChat | None:
    """The conversation that goes on in a chat; None where there is none, or it was erased."""
    async with reception.records.reading() as tx:
        found = await tx.chats.find_with_signal(lookups_of(chat, reception))
    if found is None:
        return None
    row, signal = found
    try:
        secret = unwrap_for_bot(row.sealed_key, signal_id=row.signal_id, bot=chat.bot)
    except SealBroken:
        log.error("chat.key_unreadable", signal=signal.ref)
        return None
    return KnownChat(
        ChatAccess(row.signal_id, secret),
        signal.author,
        signal.locale,
        row.contact_window,
    )


async def take_in(
    draft: SignalDraft,
    reception: Reception,
    *,
    known: KnownChat | None = None,
    suspicious: bool = False,
) -> TakenIn:
    """Keep a message from a chat: it opens the chat's conversation, or goes on with it.

    `known` is what the door found of the chat. Two first messages at once make one conversation,
    and a message that meets an erasure opens a new one, unlinked. Raises EmptyMessage.
    """
    if draft.chat is None:
        raise ValueError("a message from a chat names its chat")
    for _ in range(_TRIES):
        try:
            if known is None:
                return await _first(draft, reception, suspicious=suspicious)
            added = await add_message(known.access, draft, reception, suspicious=suspicious)
        except Conflict as clash:
            if str(clash) not in {"chat_lookup", "idempotency_lookup"}:
                raise
        except ReceiptUnknown:
            log.info("chat.erased_meanwhile")
        else:
            return TakenIn(added, is_first=False)
        known = await find_chat(draft.chat, reception)
    raise Conflict("chat_lookup")


async def _first(draft: SignalDraft, reception: Reception, *, suspicious: bool) -> TakenIn:
    received = await receive_signal(draft, reception, suspicious=suspicious)
    told = Added(received.read_by, received.emergency, needs_place=received.needs_place)
    return TakenIn(told, is_first=True, communes=received.communes)


async def set_window(chat: ReplyChat, reception: Reception) -> None:
    """Keep when the sender may be written to; what waits follows it at once."""
    async with reception.records.transaction() as tx:
        row = await tx.chats.find(lookups_of(chat, reception))
        if row is None:
            return
        row.contact_window = chat.window
        for delivery in await tx.chats.deliveries(row.signal_id):
            if delivery.delivered_at is None:
                message = await tx.signals.message(delivery.message_id)
                leaves_at = message.leaves_at if message else None
                delivery.not_before = max(reception.clock(), leaves_at or reception.clock())


async def set_language(chat: ReplyChat, locale: str, reception: Reception) -> None:
    async with reception.records.transaction() as tx:
        row = await tx.chats.find(lookups_of(chat, reception))
        signal = await tx.signals.locked(row.signal_id) if row else None
        if signal is not None:
            signal.locale = locale


async def new_receipt(access: Access, key: str, reception: Reception) -> str:
    """A receipt for the conversation, in place of any former one; the same `key`, the same one.

    Raises ReceiptUnknown where the conversation was erased.
    """
    pepper = reception.records.keys.pepper
    code = make_code(key, access.signal_id.bytes, pepper=pepper.now)
    receipt = await asyncio.to_thread(
        receipt_keys, code, pepper=pepper.now, cost=reception.receipt_cost
    )
    async with reception.records.transaction() as tx:
        signal = await tx.signals.locked(access.signal_id)
        if signal is None:
            raise ReceiptUnknown
        secret = conversation_secret(signal, access)
        signal.receipt_lookup, signal.pepper_version = receipt.lookup, pepper.current
        signal.sender_wrap = wrap_for_sender(secret, signal_id=signal.id, receipt_key=receipt.key)
    return code


async def reply_words(access: ChatAccess, message_id: UUID, reception: Reception) -> str | None:
    """The words of an answer, for the chat that it was written to; None where it is gone."""
    async with reception.records.reading() as tx:
        delivery = await tx.chats.delivery(message_id)
        signal = await tx.signals.by_id(access.signal_id)
        if delivery is None or signal is None or delivery.signal_id != signal.id:
            return None
        rows = await tx.signals.messages(signal.id, kinds=(MessageKind.REPLY,))
        now = reception.clock()
        sealed = next(
            (row.sealed for row in rows if row.id == message_id and has_left(row, now=now)), None
        )
        if sealed is None:
            return None
    secret = conversation_secret(signal, access)
    return open_content(sealed, signal_id=signal.id, message_id=message_id, secret=secret).text


async def mark_opened(access: ChatAccess, message_id: UUID, reception: Reception) -> None:
    """Once its words stood in the chat."""
    async with reception.records.transaction() as tx:
        delivery = await tx.chats.delivery(message_id)
        if delivery is not None and delivery.signal_id == access.signal_id:
            delivery.opened_at = delivery.opened_at or reception.clock()
            delivery.delivered_at = delivery.delivered_at or reception.clock()


async def waiting_replies(access: ChatAccess, reception: Reception) -> list[UUID]:
    """Answers that nobody has opened in the chat yet, the oldest first."""
    async with reception.records.reading() as tx:
        deliveries = await tx.chats.deliveries(access.signal_id)
        rows = await tx.signals.messages(access.signal_id, kinds=(MessageKind.REPLY,))
    now = reception.clock()
    left = {row.id for row in rows if has_left(row, now=now)}
    return [
        one.message_id for one in deliveries if one.opened_at is None and one.message_id in left
    ]

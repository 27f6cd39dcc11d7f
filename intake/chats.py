"""Use cases: what a messenger's door asks for a chat, from its first message to its erasure."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from intake.add_message import Added, add_message
from intake.drafts import ReplyChat, SignalDraft
from intake.errors import ReceiptUnknown
from intake.receipts import make_code
from intake.receive import receive_signal
from intake.reception import Reception
from intake.sender import Access, ChatAccess, conversation_secret
from records.chat_keys import lock_address, unwrap_for_bot
from records.conversations import open_content, wrap_for_sender
from records.errors import Conflict, SealBroken
from records.lookups import chat_lookup
from records.passwords import receipt_keys
from records.tables import Chat, MessageKind, Signal
from runtime.log import log
from triage.vocabulary import UNKNOWN_TERRITORY, Author, Level

_TRIES: Final = 5
_QUIET: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class KnownChat:
    """A chat whose conversation is kept. `needs_place`: no team of a place has it yet."""

    access: ChatAccess
    author: Author
    locale: str
    window: str | None
    needs_place: bool


@dataclass(frozen=True, slots=True)
class TakenIn:
    """`is_first` for the message that opened the conversation; `tell` unless it was told lately.

    A burst of messages is answered once.
    """

    told: Added
    is_first: bool
    tell: bool
    needs_place: bool
    communes: tuple[str, ...] = field(default=(), repr=False)


async def find_chat(chat: ReplyChat, reception: Reception) -> KnownChat | None:
    """The conversation that goes on in a chat; None where there is none, or it was erased."""
    async with reception.records.reading() as tx:
        row = await tx.chats.find(lookups_of(chat, reception))
        if row is None or (signal := await tx.signals.by_id(row.signal_id)) is None:
            return None
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
        needs_place=signal.territory == UNKNOWN_TERRITORY and signal.owner_id is None,
    )


async def take_in(draft: SignalDraft, reception: Reception, *, suspicious: bool = False) -> TakenIn:
    """Keep a message from a chat: it opens the chat's conversation, or goes on with it.

    Two first messages at once make one conversation, and a message that meets an erasure opens a
    new one, unlinked. Raises EmptyMessage.
    """
    if draft.chat is None:
        raise ValueError("a message from a chat names its chat")
    for _ in range(_TRIES):
        try:
            known = await find_chat(draft.chat, reception)
            if known is None:
                return await _first(draft, reception, suspicious=suspicious)
            return await _further(known, draft, reception, suspicious=suspicious)
        except Conflict as clash:
            if str(clash) not in {"chat_lookup", "idempotency_lookup"}:
                raise
        except ReceiptUnknown:
            continue
    raise Conflict("chat_lookup")


async def _first(draft: SignalDraft, reception: Reception, *, suspicious: bool) -> TakenIn:
    received = await receive_signal(draft, reception, suspicious=suspicious)
    async with reception.records.reading() as tx:
        signal = await tx.signals.by_id(received.access.signal_id)
    return TakenIn(
        Added(received.read_by, received.emergency),
        is_first=True,
        tell=True,
        needs_place=signal is not None and signal.territory == UNKNOWN_TERRITORY,
        communes=received.communes,
    )


async def _further(
    known: KnownChat, draft: SignalDraft, reception: Reception, *, suspicious: bool
) -> TakenIn:
    added = await add_message(known.access, draft, reception)
    now = reception.clock()
    async with reception.records.transaction() as tx:
        row = await tx.chats.of_signal(known.access.signal_id)
        if row is None or draft.chat is None:
            raise ReceiptUnknown
        quiet = row.acknowledged_at is not None and now - row.acknowledged_at < _QUIET
        tell = not quiet or added.emergency is not None
        if tell:
            row.acknowledged_at = now
        _is_here(row, draft.chat, reception)
        signal = await tx.signals.by_id(row.signal_id)
        if suspicious and signal is not None and _may_wait(signal):
            signal.quarantined = True
        needs_place = signal is not None and signal.territory == UNKNOWN_TERRITORY
    return TakenIn(added, is_first=False, tell=tell, needs_place=needs_place)


def _may_wait(signal: Signal) -> bool:
    """A flood goes to quarantine, unless a person has taken it or it may be a child in danger."""
    return signal.owner_id is None and signal.level.rank < Level.HIGH.rank


def _is_here(row: Chat, chat: ReplyChat, reception: Reception) -> None:
    """Who writes can be answered again, whatever was before."""
    keys = reception.records.keys
    row.last_active_at = reception.clock()
    row.unreachable_since = None
    row.locked_address = lock_address(chat.chat_id, signal_id=row.signal_id, key=keys.contact)
    row.contact_version = keys.contact.current


async def set_window(chat: ReplyChat, reception: Reception) -> None:
    """Keep when the sender may be written to; what waits follows it at once."""
    async with reception.records.transaction() as tx:
        row = await tx.chats.find(lookups_of(chat, reception))
        if row is None:
            return
        row.contact_window = chat.window
        for delivery in await tx.chats.deliveries(row.signal_id):
            if delivery.delivered_at is None:
                delivery.not_before = reception.clock()


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


async def open_reply(access: ChatAccess, message_id: UUID, reception: Reception) -> str | None:
    """The words of an answer, for the chat that it was written to; None where it is gone."""
    async with reception.records.transaction() as tx:
        delivery = await tx.chats.delivery(message_id)
        signal = await tx.signals.by_id(access.signal_id)
        if delivery is None or signal is None or delivery.signal_id != signal.id:
            return None
        rows = await tx.signals.messages(signal.id, kinds=(MessageKind.REPLY,))
        sealed = next((row.sealed for row in rows if row.id == message_id), None)
        if sealed is None:
            return None
        delivery.opened_at = delivery.opened_at or reception.clock()
        delivery.delivered_at = delivery.delivered_at or reception.clock()
    secret = conversation_secret(signal, access)
    return open_content(sealed, signal_id=signal.id, message_id=message_id, secret=secret).text


async def waiting_replies(access: ChatAccess, reception: Reception) -> list[UUID]:
    """Answers that nobody has opened in the chat yet, the oldest first."""
    async with reception.records.reading() as tx:
        deliveries = await tx.chats.deliveries(access.signal_id)
    return [delivery.message_id for delivery in deliveries if delivery.opened_at is None]


def lookups_of(chat: ReplyChat, reception: Reception) -> list[bytes]:
    """By which a chat is found, under each version of the pepper, the current one first."""
    pepper = reception.records.keys.pepper
    return [
        chat_lookup(chat.bot.name, chat.chat_id, pepper=key) for _, key in pepper.newest_first()
    ]

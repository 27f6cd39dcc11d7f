"""Use case: note how a sender may be written to without danger, from what they said.

Hours and "do not write" keep their telephone silent: an answer that would be announced waits. On
the web nothing is announced; there the person reads when they come by themselves. Words to avoid
are refused in every answer. What the sender chose in a chat holds besides, and nothing here loosens
it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final

from dispatch.avoided_words import first_avoided
from dispatch.contact_window import NEVER
from dispatch.desk import Desk, SignedIn
from dispatch.errors import AvoidedWord, SignalIsClosed, UnknownHours, WordsUnfit
from dispatch.queue import lock_signal
from dispatch.written import box_length
from records import Transaction
from records.audit import AuditAction
from records.conversations import open_words, seal_words
from records.sealing import SecretKey
from records.tables import SafeContact, Signal

MOST_WORDS: Final = 40
LONGEST_WORD: Final = 80


@dataclass(frozen=True, slots=True)
class Limits:
    """When to write (None: at any time), which words never to write, who noted it last."""

    window: str | None
    words: tuple[str, ...] = field(repr=False)
    by: str
    at: datetime


async def set_limits(
    ref: str, member: SignedIn, desk: Desk, *, window: str | None, words: Sequence[str]
) -> None:
    """Note it for everybody; answers that wait follow it at once.

    UnknownHours, WordsUnfit, SignalIsClosed.
    """
    _check(window)
    now = desk.clock()
    kept = _cleaned(words)
    async with desk.records.transaction() as tx:
        signal = await lock_signal(ref, member, tx)
        if signal.content_erased_at is not None:
            raise SignalIsClosed
        await tx.audit.append(
            AuditAction.SIGNAL_SAFE_CONTACT,
            at=now,
            member_id=member.id,
            signal_id=signal.id,
            team=signal.team,
        )
        sealed = seal_words(kept, signal_id=signal.id, to=signal.public_key) if kept else None
        await tx.drafts.set_safe_contact(
            SafeContact(
                signal_id=signal.id,
                contact_window=window,
                sealed_words=sealed,
                member_id=member.id,
                set_at=now,
            )
        )
        for delivery in await tx.chats.deliveries(signal.id):
            if delivery.delivered_at is None and delivery.leased_until is None:
                message = await tx.signals.message(delivery.message_id)
                leaves_at = message.leaves_at if message else None
                # Looked at again, with every limit, before it is told.
                delivery.not_before = max(now, leaves_at or now)


async def limits_of(signal: Signal, secret: SecretKey, tx: Transaction) -> Limits | None:
    safe = await tx.drafts.safe_contact(signal.id)
    if safe is None:
        return None
    sealed = safe.sealed_words
    words = open_words(sealed, signal_id=signal.id, secret=secret) if sealed else ()
    names = await tx.staff.names([safe.member_id])
    return Limits(safe.contact_window, words, names.get(safe.member_id, ""), safe.set_at)


def refuse_avoided(text: str, limits: Limits | None) -> None:
    """AvoidedWord with the word, where the text has one."""
    word = first_avoided(text, limits.words) if limits else None
    if word is not None:
        raise AvoidedWord(word)


def _check(window: str | None) -> None:
    if window is None or window == NEVER:
        return
    try:
        start, end = (time.fromisoformat(part) for part in window.split("-"))
    except ValueError:
        raise UnknownHours from None
    if start == end or window != f"{start:%H:%M}-{end:%H:%M}":
        raise UnknownHours


def _cleaned(words: Sequence[str]) -> tuple[str, ...]:
    stripped = (" ".join(word.split()) for word in words)
    kept = tuple(dict.fromkeys(word for word in stripped if word))
    if len(kept) > MOST_WORDS or any(box_length(word) > LONGEST_WORD for word in kept):
        raise WordsUnfit
    return kept

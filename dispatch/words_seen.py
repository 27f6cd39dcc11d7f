"""Which of a sender's words a page showed: nobody acts over words that they have not read.

A page carries the mark of all inbound messages that it showed. What arrives later makes another
mark, in whatever order clocks that differ would put it; and no mark can be guessed.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final, Protocol, TypeVar
from uuid import UUID

from dispatch.errors import NewWords
from records import Transaction
from records.tables import MessageKind, Signal

_DIGEST_BYTES: Final = 12


class _Said(Protocol):
    @property
    def id(self) -> UUID: ...


Said = TypeVar("Said", bound=_Said)


def mark_of(inbound: Iterable[UUID]) -> str:
    """Pure: how many messages a page showed, and a digest of which."""
    ids = sorted(one.bytes for one in inbound)
    return f"{len(ids)}-{blake2b(b''.join(ids), digest_size=_DIGEST_BYTES).hexdigest()}"


def new_since(seen: str, inbound: Sequence[Said]) -> Sequence[Said]:
    """Pure: the messages that the page did not show; all of them where that cannot be told."""
    if seen == mark_of(one.id for one in inbound):
        return ()
    number = seen.partition("-")[0]
    shown = int(number) if number.isdecimal() and number.isascii() else 0
    if seen == mark_of(one.id for one in inbound[:shown]):
        return inbound[shown:]
    return inbound


async def read_first(signal: Signal, seen: str | None, tx: Transaction) -> None:
    """NewWords where the sender wrote something that the page did not show; the signal is locked.

    Without a page (None: a command, a rehearsal) there is nothing to compare.
    """
    if seen is None:
        return
    inbound = await tx.signals.messages(signal.id, kinds=(MessageKind.INBOUND,))
    if new_since(seen, inbound):
        raise NewWords

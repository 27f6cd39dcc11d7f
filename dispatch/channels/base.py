"""What every channel has: a code, and a way to send that says whether trying again can help."""

from dataclasses import dataclass, field
from typing import Protocol

from dispatch.notice_texts import Notice
from records.tables import Channel


class Undeliverable(Exception):
    """The channel refuses for good: this address, or this message. Carries no address."""


class NoAddress(Exception):
    """The member has no address for this channel: nothing is to be sent there."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a member is reached; opened for the moment of sending only."""

    email: str = field(repr=False)
    phone: str = field(repr=False)
    chat_id: int | None = field(repr=False, default=None)


class AlertChannel(Protocol):
    @property
    def code(self) -> Channel: ...

    async def send(self, to: Recipient, notice: Notice) -> None:
        """Raise Undeliverable or NoAddress where trying again is of no use, else anything."""
        ...

    async def close(self) -> None: ...

"""What every channel has: a code, and a way to send that says whom a failure concerns.

Only what concerns one recipient is ever given up. What concerns the whole channel (a password, a
certificate, a sender that is refused, a gateway that is away) waits until it is mended.
"""

import socket
import ssl
from dataclasses import dataclass, field
from typing import Protocol

from dispatch.notice_texts import Notice
from records.tables import Channel


class Undeliverable(Exception):
    """This recipient is refused for good. Carries no address."""


class NotNow(Exception):
    """This recipient could not be told: again for about a day. `what` is a code for the log."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class ChannelDown(Exception):
    """Nobody can be told by this channel until it is mended.

    `what` is a code for log and operator, `answer` the number that the other side gave, if any.
    """

    def __init__(self, what: str, answer: int | None = None) -> None:
        super().__init__(what)
        self.what, self.answer = what, answer

    @property
    def reason(self) -> str:
        return self.what if self.answer is None else f"{self.what}_{self.answer}"


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
        """Raise what stands above; anything else counts as ChannelDown."""
        ...

    async def close(self) -> None: ...


def what_failed(error: BaseException) -> str:
    """A code for the part of getting through that failed, from the error or what caused it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return "certificate"
        if isinstance(seen, ssl.SSLError):
            return "tls"
        if isinstance(seen, socket.gaierror):
            return "name"
        if isinstance(seen, TimeoutError):
            return "timeout"
        if isinstance(seen, ConnectionRefusedError):
            return "refused"
        seen = seen.__cause__ or seen.__context__
    return "connection"

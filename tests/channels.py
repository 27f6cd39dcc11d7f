"""A channel that keeps what it was given to send, and fails when it is told to."""

from dataclasses import dataclass, field

from dispatch.channels.base import Recipient
from dispatch.notice_texts import Notice
from dispatch.worker import Worker
from records.tables import Channel


@dataclass
class RecordingChannel:
    code: Channel
    sent: list[tuple[Recipient, Notice]] = field(default_factory=list)
    fails: Exception | None = None
    refused: dict[str, Exception] = field(default_factory=dict)
    tried: int = 0

    async def send(self, to: Recipient, notice: Notice) -> None:
        self.tried += 1
        if self.fails is not None:
            raise self.fails
        if to.email in self.refused:
            raise self.refused[to.email]
        self.sent.append((to, notice))

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def texts(self) -> list[str]:
        return [notice.text for _, notice in self.sent]

    @property
    def addresses(self) -> list[str]:
        return [to.email for to, _ in self.sent]


async def tick(worker: Worker) -> None:
    """One round of everything that a worker does often."""
    await worker.look()
    for sender in worker.reach.senders:
        await worker.send(sender)

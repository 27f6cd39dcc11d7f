"""A Valkey that can be stopped without being gone: it takes connections and answers nothing."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from runtime.circuit import Circuit, answered_in_time
from tests.servers import own_valkey, pid_of


@dataclass
class Frozen:
    """`waited` counts in vain: how often anybody waited for an answer that did not come."""

    url: str
    pid: int
    waited: int = 0
    _probe: asyncio.Event = field(default_factory=asyncio.Event)

    def circuit(self) -> Circuit:
        """A process's circuit, whose probe waits until the server is thawed."""
        return Circuit(self.url, waits=self._waits, pause=self._pause)

    def freeze(self) -> None:
        self._probe.clear()
        os.kill(self.pid, signal.SIGSTOP)

    async def thaw(self, *circuits: Circuit) -> None:
        """Back, and noticed by all."""
        os.kill(self.pid, signal.SIGCONT)
        self._probe.set()
        for circuit in circuits:
            if circuit._probing is not None:
                await circuit._probing

    async def _waits(self, asking: "asyncio.Future[Any]") -> bool:
        answered = await answered_in_time(asking)
        self.waited += not answered
        return answered

    async def _pause(self, _seconds: float) -> None:
        await self._probe.wait()


@contextmanager
def frozen_valkey() -> Iterator[Frozen]:
    with own_valkey() as server:
        try:
            yield Frozen(f"redis://127.0.0.1:{server.port}/0", pid_of(server))
        finally:
            os.kill(pid_of(server), signal.SIGCONT)

"""What may be lost: counters of the rate limits and signed-in sessions, in memory or in Redis."""

import time
from collections.abc import Callable
from typing import Protocol

from runtime.circuit import Away, Circuit, Client

MAX_ENTRIES_IN_MEMORY = 100_000
_ROOM_FOR_KNOWN = 20_000


class VolatileStore(Protocol):
    """Bytes under a key for a while. Nothing in it is the truth of anything."""

    @property
    def is_away(self) -> bool:
        """Whether only this process's memory answers now, although others have theirs."""
        ...

    async def put(self, key: str, value: bytes, *, ttl_seconds: int) -> None: ...
    async def get(self, key: str) -> bytes | None: ...
    async def remove(self, key: str) -> None: ...
    async def count(self, key: str, *, ttl_seconds: int) -> int:
        """Count one more under `key`; say how many in the window that its first one opened."""
        ...

    async def close(self) -> None: ...


class MemoryStore:
    """The stand-in for Redis in one process."""

    is_away = False

    def __init__(
        self, seconds: Callable[[], float] = time.monotonic, room: int = MAX_ENTRIES_IN_MEMORY
    ) -> None:
        self._seconds, self._room = seconds, room
        self._entries: dict[str, tuple[bytes, float]] = {}

    async def put(self, key: str, value: bytes, *, ttl_seconds: int) -> None:
        self._entries.pop(key, None)  # what is put again is the newest, not the oldest
        self._make_room()
        self._entries[key] = (value, self._seconds() + ttl_seconds)

    async def get(self, key: str) -> bytes | None:
        value, expires = self._entries.get(key, (None, 0.0))
        return value if expires > self._seconds() else None

    async def remove(self, key: str) -> None:
        self._entries.pop(key, None)

    async def count(self, key: str, *, ttl_seconds: int) -> int:
        value, expires = self._entries.get(key, (b"0", 0.0))
        if expires <= self._seconds():
            value, expires = b"0", self._seconds() + ttl_seconds
            self._make_room()
        self._entries[key] = (str(int(value) + 1).encode(), expires)
        return int(value) + 1

    async def close(self) -> None:
        self._entries.clear()

    def _make_room(self) -> None:
        """Forget the expired, then the oldest: a flood must not fill the memory."""
        if len(self._entries) < self._room:
            return
        now = self._seconds()
        self._entries = {k: v for k, v in self._entries.items() if v[1] > now}
        for key in list(self._entries)[: len(self._entries) - self._room // 2]:
            del self._entries[key]


class RedisStore:
    """The same in Redis or Valkey, shared by all processes.

    Fails open: while the server is away, what this process put there answers from its memory,
    counters count in memory, and what is put or removed meanwhile is handed over afterwards.
    Intake never closes, and who is signed in stays so.
    """

    def __init__(self, circuit: Circuit) -> None:
        self._circuit = circuit
        self._known = MemoryStore(room=_ROOM_FOR_KNOWN)
        self._counts = MemoryStore()
        # What the server does not know yet: None for what was removed.
        self._owed: dict[str, tuple[bytes | None, int]] = {}
        circuit.when_back(self._hand_over)

    @property
    def is_away(self) -> bool:
        return self._circuit.is_away

    async def put(self, key: str, value: bytes, *, ttl_seconds: int) -> None:
        is_new = await self._known.get(key) != value
        await self._known.put(key, value, ttl_seconds=ttl_seconds)
        try:
            await self._circuit.ask(lambda server: server.set(key, value, ex=ttl_seconds))
        except Away:
            # What the server has, it keeps: put again, it could undo what another process removed.
            if is_new:
                self._owe(key, value, ttl_seconds)
        else:
            self._owed.pop(key, None)

    async def get(self, key: str) -> bytes | None:
        try:
            value = await self._circuit.ask(lambda server: server.get(key))
        except Away:
            return await self._known.get(key)
        if isinstance(value, bytes):
            return value
        return self._owed.get(key, (None, 0))[0]

    async def remove(self, key: str) -> None:
        await self._known.remove(key)
        try:
            await self._circuit.ask(lambda server: server.delete(key))
        except Away:
            self._owe(key, None, 0)
        else:
            self._owed.pop(key, None)

    async def count(self, key: str, *, ttl_seconds: int) -> int:
        async def one_more(server: Client) -> int:
            async with server.pipeline(transaction=True) as pipe:
                pipe.incr(key)
                pipe.expire(key, ttl_seconds, nx=True)
                return int((await pipe.execute())[0])

        try:
            return await self._circuit.ask(one_more)
        except Away:
            return await self._counts.count(key, ttl_seconds=ttl_seconds)

    async def close(self) -> None:
        await self._circuit.close()

    def _owe(self, key: str, value: bytes | None, ttl_seconds: int) -> None:
        self._owed.pop(key, None)
        if len(self._owed) >= _ROOM_FOR_KNOWN:
            self._owed.pop(next(iter(self._owed)))
        self._owed[key] = (value, ttl_seconds)

    async def _hand_over(self, server: Client) -> None:
        for key, (value, ttl_seconds) in list(self._owed.items()):
            if value is None:
                await server.delete(key)
            else:
                await server.set(key, value, ex=ttl_seconds)
            if self._owed.get(key) == (value, ttl_seconds):
                del self._owed[key]


def open_volatile_store(circuit: Circuit | None) -> VolatileStore:
    return RedisStore(circuit) if circuit else MemoryStore()

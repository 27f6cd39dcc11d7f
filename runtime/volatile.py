"""What may be lost: counters of the rate limits and signed-in sessions, in memory or in Redis."""

import time
from collections.abc import Callable
from typing import Protocol

import redis.asyncio
from redis.exceptions import RedisError

from runtime.log import log

MAX_ENTRIES_IN_MEMORY = 100_000


class VolatileStore(Protocol):
    """Bytes under a key for a while. Nothing in it is the truth of anything."""

    async def put(self, key: str, value: bytes, *, ttl_seconds: int) -> None: ...
    async def get(self, key: str) -> bytes | None: ...
    async def remove(self, key: str) -> None: ...
    async def count(self, key: str, *, ttl_seconds: int) -> int:
        """Count one more under `key`; say how many in the window that its first one opened."""
        ...

    async def close(self) -> None: ...


class MemoryStore:
    """The stand-in for Redis in one process."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
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
        if len(self._entries) < MAX_ENTRIES_IN_MEMORY:
            return
        now = self._seconds()
        self._entries = {k: v for k, v in self._entries.items() if v[1] > now}
        for key in list(self._entries)[: len(self._entries) - MAX_ENTRIES_IN_MEMORY // 2]:
            del self._entries[key]


class RedisStore:
    """The same in Redis or Valkey, shared by all processes.

    Fails open: when Redis is away, counters answer from this process's memory and sessions
    opened meanwhile live there, so that intake never closes.
    """

    def __init__(self, url: str) -> None:
        self._redis = redis.asyncio.Redis.from_url(
            url, socket_timeout=1.0, socket_connect_timeout=1.0
        )
        self._fallback = MemoryStore()

    async def put(self, key: str, value: bytes, *, ttl_seconds: int) -> None:
        try:
            await self._redis.set(key, value, ex=ttl_seconds)
        except RedisError as error:
            _tell_away(error)
            await self._fallback.put(key, value, ttl_seconds=ttl_seconds)

    async def get(self, key: str) -> bytes | None:
        try:
            value = await self._redis.get(key)
        except RedisError as error:
            _tell_away(error)
            value = None
        return value if isinstance(value, bytes) else await self._fallback.get(key)

    async def remove(self, key: str) -> None:
        await self._fallback.remove(key)
        try:
            await self._redis.delete(key)
        except RedisError as error:
            _tell_away(error)

    async def count(self, key: str, *, ttl_seconds: int) -> int:
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(key)
                pipe.expire(key, ttl_seconds, nx=True)
                return int((await pipe.execute())[0])
        except RedisError as error:
            _tell_away(error)
            return await self._fallback.count(key, ttl_seconds=ttl_seconds)

    async def close(self) -> None:
        await self._redis.aclose()


def _tell_away(error: RedisError) -> None:
    log.warning("redis.away", error=type(error).__name__)


def open_volatile_store(redis_url: str | None) -> VolatileStore:
    return RedisStore(redis_url) if redis_url else MemoryStore()

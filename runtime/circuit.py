"""One client of Redis or Valkey for a whole process, and whether it is asked at all.

A server that is stopped, not gone, takes connections and answers nothing. One question finds that
out; until a probe in the background is answered again, nobody else waits for it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

import redis.asyncio
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TooLate

from runtime.log import log

T = TypeVar("T")
Client = redis.asyncio.Redis
Waits = Callable[["asyncio.Future[Any]"], Awaitable[bool]]

PATIENCE_SECONDS: Final = 0.25
PROBE_SECONDS: Final = 1.0
_SECOND_LOOK_SECONDS: Final = 0.05
_GONE: Final = (NoConnection, TooLate, OSError, TimeoutError)


class Away(Exception):
    """The server does not answer, or refused: whoever asked goes on without it."""


async def answered_in_time(asking: "asyncio.Future[Any]") -> bool:
    """Whether it was, with a second look: a busy loop sees the time before what lies there."""
    done, _ = await asyncio.wait({asking}, timeout=PATIENCE_SECONDS)
    if not done:
        done, _ = await asyncio.wait({asking}, timeout=_SECOND_LOOK_SECONDS)
    return bool(done)


class Circuit:
    """Closed while the server answers. `waits` is the only place where anybody waits for it."""

    def __init__(
        self,
        url: str,
        *,
        waits: Waits = answered_in_time,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        # Tried a second time at once: a pooled connection may have died with a former server.
        self._redis = Client.from_url(
            url, socket_timeout=None, socket_connect_timeout=None, retry=Retry(NoBackoff(), 1)
        )
        self._waits, self._pause = waits, pause
        self._away = asyncio.Event()
        self._probing: asyncio.Task[None] | None = None
        self._back: list[Callable[[Client], Awaitable[None]]] = []

    @property
    def is_away(self) -> bool:
        return self._away.is_set()

    def when_back(self, act: Callable[[Client], Awaitable[None]]) -> None:
        """To be done when the server answers again, before anybody else asks it."""
        self._back.append(act)

    def subscription(self) -> PubSub:
        return self._redis.pubsub(ignore_subscribe_messages=True)

    async def ask(self, question: Callable[[Client], Awaitable[T]]) -> T:
        """Its answer; raise Away where none comes in time, or at once where that is known."""
        if self.is_away:
            raise Away
        asking = asyncio.ensure_future(question(self._redis))
        try:
            if not await self._waits(asking):
                raise self._gone("TimeoutError")
            return asking.result()
        except _GONE as error:
            raise self._gone(type(error).__name__) from None
        except RedisError as error:
            log.warning("redis.refused", error=type(error).__name__)
            raise Away from None
        finally:
            asking.cancel()

    async def hear(self, subscription: PubSub) -> bool:
        """Wait for a message, however long; raise Away as soon as the server is."""
        message = asyncio.ensure_future(subscription.get_message(timeout=None))
        away = asyncio.ensure_future(self._away.wait())
        try:
            await asyncio.wait({message, away}, return_when=asyncio.FIRST_COMPLETED)
            if not message.done():
                raise Away
            return message.result() is not None
        except RedisError as error:
            raise self._gone(type(error).__name__) from None
        finally:
            message.cancel()
            away.cancel()
            await asyncio.gather(message, away, return_exceptions=True)

    async def close(self) -> None:
        """Whoever still listens stops; may be called again."""
        self._away.set()
        if self._probing is not None:
            self._probing.cancel()
            with suppress(asyncio.CancelledError):
                await self._probing
        await self._redis.aclose()

    def _gone(self, error: str) -> Away:
        if not self.is_away:
            log.warning("redis.away", error=error)
            self._away.set()
            self._probing = asyncio.create_task(self._probe())
        return Away()

    async def _probe(self) -> None:
        while self.is_away:
            await self._pause(PROBE_SECONDS)
            with suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(PROBE_SECONDS):
                    await self._redis.ping()
                    for act in self._back:
                        await act(self._redis)
                self._away.clear()
        log.info("redis.back")


def open_circuit(redis_url: str | None) -> Circuit | None:
    return Circuit(redis_url) if redis_url else None

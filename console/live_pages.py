"""Events for the pages of staff: that something of their own teams changed, and nothing of what."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from console.dependencies import AtWork, Console, Parts, maybe_session
from console.sessions import Session

router = APIRouter()

# Proxies end what is silent for long; and a session that ended must not go on hearing.
BEAT_SECONDS: Final = 25.0
# A burst is one event.
PAUSE_SECONDS: Final = 1.0
CHANGED: Final = b"data: changed\n\n"


@router.get("/evenements")
async def events(request: Request, session: AtWork, console: Parts) -> StreamingResponse:
    """Server-sent events, until the session ends or the channel is away."""
    return StreamingResponse(
        _stream(request, session, console),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no"},
    )


async def _stream(request: Request, session: Session, console: Console) -> AsyncIterator[bytes]:
    changed = asyncio.Event()
    listener = asyncio.create_task(_listen(changed, session, console))
    try:
        yield b": you hear\n\n"
        while not listener.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), console.beat_seconds)
            # Before every word: who signed out, or left a team, hears nothing more of it.
            now = await maybe_session(request, console)
            if now is None or now.member.scope != session.member.scope:
                return
            if not changed.is_set():
                yield b": still there\n\n"
                continue
            changed.clear()
            yield CHANGED
            await console.sleep(PAUSE_SECONDS)
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener


async def _listen(changed: asyncio.Event, session: Session, console: Console) -> None:
    member = session.member
    all_teams = [team.code for team in console.desk.point.teams]
    topics = all_teams if member.scope is None else sorted(member.scope)
    async for _ in console.live.listen(topics):
        changed.set()

"""The duty console: built from a process's parts, and mounted at /equipe."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from console import (
    alert_pages,
    draft_pages,
    duty_pages,
    live_pages,
    queue_pages,
    sign_in_pages,
    signal_actions,
    signal_pages,
    staff_pages,
)
from console.dependencies import Console
from console.live_pages import BEAT_SECONDS
from console.pages import HERE, Pages, make_pages
from console.refusals import TOO_LARGE, CatchFailures, refusal_page, show_refusal
from dispatch.desk import Desk
from intake.rate_limits import RateLimits
from records.sessions import SessionVault
from runtime.asgi import BodyLimit, SecurityHeaders
from runtime.errors import ServiceError
from runtime.live import Live, MemoryLive
from runtime.settings import Settings

# 20,000 characters in each of six boxes, each of three bytes, each byte written as %XX.
BODY_LIMIT: Final = 1280 * 1024


def create_app(
    *,
    desk: Desk,
    vault: SessionVault,
    limits: RateLimits,
    settings: Settings,
    live: Live | None = None,
    beat_seconds: float = BEAT_SECONDS,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> FastAPI:
    """The console as an application; what it answers, it answers with its own pages."""
    pages = make_pages(desk)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.console = Console(
        desk, vault, limits, settings, pages, sleep, live or MemoryLive(), beat_seconds
    )
    for part in (
        sign_in_pages, queue_pages, alert_pages, duty_pages, live_pages, signal_actions,
        draft_pages, signal_pages, staff_pages,
    ):  # fmt: skip
        app.include_router(part.router)
    static = StaticFiles(directory=HERE / "static", packages=[("runtime", "static")])
    app.mount("/statique", static, name="static")
    for kind in (ServiceError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, show_refusal)
    # The last added stands outermost: every answer has the headers, of a failure too.
    app.add_middleware(CatchFailures, pages=pages)
    app.add_middleware(BodyLimit, limit=BODY_LIMIT, too_large=_too_large(pages))
    app.add_middleware(SecurityHeaders)
    return app


def _too_large(pages: Pages) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await refusal_page(pages, TOO_LARGE)(scope, receive, send)

    return answer

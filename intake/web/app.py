"""The public site: pages for people, JSON for programs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from intake.rate_limits import RateLimits
from intake.reception import Reception
from intake.web import (
    api,
    come_back_pages,
    plain_pages,
    shown_pages,
    signal_pages,
    thread_pages,
)
from intake.web.dependencies import Site
from intake.web.forms import HARD_LIMIT_BYTES
from intake.web.pages import STATIC, Pages
from intake.web.problems import API_PREFIX, LastResort, answer_errors, plain_answer
from intake.web.sessions import Sessions
from records.sessions import SessionVault
from records.shown_pages import ShownPages
from runtime.asgi import App, BodyLimit, Receive, Scope, SecurityHeaders, Send
from runtime.settings import Settings

API_LIMIT_BYTES: Final = 64 * 1024


def create_app(
    *,
    reception: Reception,
    limits: RateLimits,
    vault: SessionVault,
    settings: Settings,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> FastAPI:
    """The public site as one ASGI application."""
    pages = Pages(reception.point, reception.clock, reception.gazetteer.suggestions())
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    # Pages lie beside the counters: a flood of forms must not push out who is signed in.
    sessions = Sessions(vault, settings.is_https, ShownPages(limits.store))
    site = Site(reception, limits, sessions, pages, sleep)
    app.state.site = site
    for routes in (api, plain_pages, signal_pages, come_back_pages, thread_pages, shown_pages):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=STATIC, packages=[("runtime", "static")]))
    answer_errors(app, pages)
    # The last added stands outermost: every answer has the headers, that of a failure too.
    app.add_middleware(_BodyLimits, too_large=plain_answer(pages, 413))
    app.add_middleware(shown_pages.AnswerForms, site=site)
    app.add_middleware(LastResort, failed=plain_answer(pages, 500))
    app.add_middleware(SecurityHeaders)
    return app


class _BodyLimits:
    """A program's body is refused over 64 kB; a form may be larger, to be shown again."""

    def __init__(self, app: App, *, too_large: App) -> None:
        self._api = BodyLimit(app, limit=API_LIMIT_BYTES, too_large=too_large)
        self._forms = BodyLimit(app, limit=HARD_LIMIT_BYTES, too_large=too_large)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = str(scope.get("path", "")).startswith(API_PREFIX)
        await (self._api if is_api else self._forms)(scope, receive, send)

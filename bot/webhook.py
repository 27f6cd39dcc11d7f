"""The webhook: an ASGI application that takes updates from whoever knows the secret."""

import hmac
import json
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.border import cut_update
from bot.feed import Feed
from runtime.asgi import App, BodyLimit, Receive, Scope, Send
from runtime.log import log

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a name
LIMIT_BYTES: Final = 64 * 1024


def webhook_app(feed: Feed, secret: str) -> App:
    """200 once an update is handled; 500 has it delivered again; 403 for anybody else."""

    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await _answer(Request(scope, receive), feed, secret)
        await answer(scope, receive, send)

    return BodyLimit(take, limit=LIMIT_BYTES, too_large=PlainTextResponse("", 413))


async def _answer(request: Request, feed: Feed, secret: str) -> Response:
    given = request.headers.get(SECRET_HEADER, "")
    if request.method != "POST" or not hmac.compare_digest(given.encode(), secret.encode()):
        return PlainTextResponse("", 403)
    update = _update(await request.body())
    if update is None:
        return PlainTextResponse("", 400)
    try:
        await feed.handle(update)
    except Exception as error:  # noqa: BLE001  it is delivered again, and answered then
        log.error("update.failed", error=type(error).__name__)
        return PlainTextResponse("", 500)
    return PlainTextResponse("")


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        return cut_update(json.loads(body))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None

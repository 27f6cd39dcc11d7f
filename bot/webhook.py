"""The webhook: an ASGI application that takes updates from whoever knows the secret."""

import hmac
import json
from typing import Final

from aiogram.types import Update
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.feed import Feed
from bot.telegram import read_update
from runtime.asgi import App, BodyLimit, Receive, Scope, Send
from runtime.log import log

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a name
# An update may quote a whole message beside its own; each sign may take twelve bytes.
LIMIT_BYTES: Final = 1024 * 1024


def webhook_app(feed: Feed, secret: str) -> App:
    """200 once an update is kept; 500 has it delivered again; 403 for anybody else.

    What cannot be read is 200 as well: delivered again it would be no other, and hold up the rest.
    """

    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        await (await _answer(body, feed))(scope, receive, send)

    async def too_large(scope: Scope, receive: Receive, send: Send) -> None:
        log.error("update.too_large")
        await PlainTextResponse("")(scope, receive, send)

    limited = BodyLimit(take, limit=LIMIT_BYTES, too_large=too_large)

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        """Nothing is read of who does not know the secret."""
        request = Request(scope)
        given = request.headers.get(SECRET_HEADER, "")
        if request.method != "POST" or not hmac.compare_digest(given.encode(), secret.encode()):
            await PlainTextResponse("", 403)(scope, receive, send)
            return
        await limited(scope, receive, send)

    return door


async def _answer(body: bytes, feed: Feed) -> Response:
    update = _update(body, feed)
    kept = update is None or await feed.handle(update)
    return PlainTextResponse("", 200 if kept else 500)


def _update(body: bytes, feed: Feed) -> Update | None:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raw = None
    return read_update(raw, feed.bot)

"""What both web doors put around their pages: security headers and a limit to what is sent."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# No inline script, no foreign origin, nothing kept, nothing told to the next site.
SECURITY_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "x-robots-tag": "noindex, nofollow",
}


_DIGITS_READ: Final = 20


class SecurityHeaders:
    """Add the headers to every answer; one that the page sets itself stays."""

    def __init__(self, app: App, headers: Iterable[tuple[str, str]] = ()) -> None:
        self._app = app
        wanted = SECURITY_HEADERS | dict(headers)
        self._headers = [(name.encode(), value.encode()) for name, value in wanted.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {bytes(name).lower() for name, _ in given}
                given += [header for header in self._headers if header[0] not in names]
                message["headers"] = given
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyLimit:
    """Answer 413 to a body over `limit` bytes, by its announced length or as it arrives.

    `too_large` is the application that answers then. A body that is cut off on the way reaches
    nobody: half a message must not be taken for a whole one.
    """

    def __init__(self, app: App, *, limit: int, too_large: App) -> None:
        self._app, self._limit, self._too_large = app, limit, too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = b""
        more = _announced(scope) <= self._limit
        too_large = not more
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            too_large = len(body) > self._limit
            more = message.get("more_body", False) and not too_large
        if too_large:
            await self._too_large(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            # Python refuses to read thousands of digits; that many are too large for anybody.
            return int(value[:_DIGITS_READ]) if value.isdigit() else 0
    return 0


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again

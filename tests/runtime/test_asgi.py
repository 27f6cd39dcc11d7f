"""The limit to what is sent, announced or streamed, and the headers on every answer."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.asgi import SECURITY_HEADERS, BodyLimit, Message, Receive, Scope, SecurityHeaders, Send

LIMIT = 100


class Echo:
    """An application that keeps what it was given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


async def too_large(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Wire:
    """What a client sends, part by part; `asked` counts the parts that were taken."""

    def __init__(self, parts: Iterable[bytes], *, hangs_up: bool = False) -> None:
        parts = list(parts)
        self.messages: list[Message] = [
            {
                "type": "http.request",
                "body": part,
                "more_body": hangs_up or place < len(parts) - 1,
            }
            for place, part in enumerate(parts)
        ]
        self.asked = 0
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        self.asked += 1
        if self.messages:
            return self.messages.pop(0)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None


def a_scope(**headers: str) -> Scope:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "POST", "path": "/", "headers": given}


async def sent(app: Echo, wire: Wire, **headers: str) -> int | None:
    await BodyLimit(app, limit=LIMIT, too_large=too_large)(
        a_scope(**headers), wire.receive, wire.send
    )
    return wire.status


@settings(deadline=None, max_examples=100)
@given(parts=st.lists(st.binary(max_size=60), min_size=1, max_size=6))
async def test_up_to_the_limit_the_body_arrives_whole_and_beyond_it_never(parts: list[bytes]):
    app, body = Echo(), b"".join(parts)
    status = await sent(app, Wire(parts))

    assert (status, app.bodies) == ((200, [body]) if len(body) <= LIMIT else (413, []))


async def test_an_announced_length_is_refused_before_anything_is_read():
    wire = Wire([b"x" * 101])

    assert await sent(Echo(), wire, content_length="101") == 413
    assert wire.asked == 0


async def test_a_body_at_the_limit_passes():
    assert await sent(Echo(), Wire([b"x" * 100]), content_length="100") == 200


async def test_a_lie_about_the_length_does_not_help():
    wire = Wire([b"x" * 60, b"x" * 60, b"x" * 60])

    assert await sent(Echo(), wire, content_length="5") == 413
    assert wire.asked == 2


@pytest.mark.parametrize("announced", ["", "abc", "-5", "1e9", "²"])
async def test_a_garbage_length_counts_for_nothing(announced: str):
    assert await sent(Echo(), Wire([b"hello"]), content_length=announced) == 200
    assert await sent(Echo(), Wire([b"x" * 101]), content_length=announced) == 413


async def test_an_astronomical_length_is_too_large_and_no_crash():
    assert await sent(Echo(), Wire([b"x"]), content_length="9" * 5000) == 413


async def test_a_body_cut_off_on_the_way_is_not_taken_for_a_whole_one():
    """A telephone in a tunnel: half a message must not become a signal."""
    app = Echo()
    await sent(app, Wire([b"text=il m'a dit qu'il ne"], hangs_up=True), content_length="90")

    assert app.bodies == []


async def test_what_is_no_request_passes_through():
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    wire = Wire([])
    for wrapped in (
        BodyLimit(app, limit=LIMIT, too_large=too_large),
        SecurityHeaders(app),
    ):
        await wrapped({"type": "lifespan"}, wire.receive, wire.send)
    assert seen == ["lifespan", "lifespan"]


async def answered(headers: list[tuple[bytes, bytes]], **more: str) -> dict[bytes, list[bytes]]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    wire = Wire([])
    await SecurityHeaders(app, more.items())(a_scope(), wire.receive, wire.send)
    found: dict[bytes, list[bytes]] = {}
    for name, value in wire.sent[0]["headers"]:
        found.setdefault(name.lower(), []).append(value)
    return found


async def test_every_answer_has_every_security_header_once():
    found = await answered([(b"content-type", b"text/html")])

    assert {name: [value.encode()] for name, value in SECURITY_HEADERS.items()}.items() <= {
        name.decode(): values for name, values in found.items()
    }.items()


@pytest.mark.parametrize("name", [b"cache-control", b"Cache-Control", b"CACHE-CONTROL"])
async def test_a_header_that_the_page_sets_stays(name: bytes):
    found = await answered([(name, b"max-age=60")])

    assert found[b"cache-control"] == [b"max-age=60"]


async def test_a_deployment_adds_its_own_headers():
    found = await answered([], **{"strict-transport-security": "max-age=1"})

    assert found[b"strict-transport-security"] == [b"max-age=1"]


def test_the_policy_allows_no_inline_script_and_no_foreign_origin():
    policy = SECURITY_HEADERS["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not any(word in policy for word in ("unsafe", "http", "*", "data:"))
    assert SECURITY_HEADERS["cache-control"] == "no-store"
    assert SECURITY_HEADERS["referrer-policy"] == "no-referrer"

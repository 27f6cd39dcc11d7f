"""No update and no answer, however mutated, is more than read, dropped, or an error by its name."""

import asyncio
import json
from contextlib import suppress

from aiogram.exceptions import TelegramAPIError
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram import connect, read_update
from tests.bot.test_border import a_message
from tests.telegram import TOKEN

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
FIELDS = ("update_id", "message", "edited_message", "callback_query", "my_chat_member")
INNER = (
    "message_id", "chat", "from", "text", "photo", "caption", "date", "data", "id", "message",
    "new_chat_member", "old_chat_member", "forward_origin", "media_group_id", "hologram",
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> object:
    """An update with parts missing, or of another type than they should be."""
    inner = a_message(text="bonjour", data="a", id="1", new_chat_member={"status": "member"})
    for name in draw(st.lists(st.sampled_from(INNER), max_size=4)):
        if draw(st.booleans()):
            inner.pop(name, None)
        else:
            inner[name] = draw(any_json)
    update: dict[str, object] = {"update_id": 5, draw(st.sampled_from(FIELDS)): inner}
    return draw(st.sampled_from([update, inner])) if draw(st.booleans()) else draw(any_json)


@settings(deadline=None, max_examples=300)
@given(raw=mutated())
def test_no_update_is_more_than_read_or_dropped(raw: object):
    read = read_update(raw)

    assert read is None or isinstance(read.update_id, int)


@settings(deadline=None, max_examples=60)
@given(
    status=st.sampled_from([200, 204, 302, 400, 401, 403, 404, 409, 413, 429, 500, 502]),
    body=st.binary(max_size=40)
    | st.fixed_dictionaries(
        {},
        optional={
            "ok": any_json, "result": any_json, "error_code": any_json,
            "description": any_json, "parameters": any_json,
        },
    ).map(lambda value: json.dumps(value).encode()),
)  # fmt: skip
def test_whatever_comes_back_is_an_answer_or_an_error_of_the_messenger(status: int, body: bytes):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.encode() + body)
        writer.close()

    async def ask() -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            bot = connect(TOKEN, f"http://127.0.0.1:{port}")
            for call in (bot.get_updates, bot.get_me, lambda: bot.send_message(1, "x")):
                with suppress(TelegramAPIError):
                    await call()
            session: object = bot.session
            await session._session.close()  # type: ignore[attr-defined]

    asyncio.run(ask())

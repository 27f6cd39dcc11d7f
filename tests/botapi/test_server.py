"""The stand-in for Telegram is as strict as Telegram: what it lets pass is worth something."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from botapi.chat_page import chat_page_routes
from botapi.parameters import METHODS
from botapi.server import create_server
from botapi.world import World

TOKEN = "1:abc"  # noqa: S105
CHAT = 77


@pytest.fixture
def world() -> World:
    known = World(TOKEN, seconds=lambda: 1_700_000_000.0)
    known.write(CHAT, "bonjour")
    return known


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_server(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://api.invalid") as asking:
        yield asking


async def call(
    client: httpx.AsyncClient, method: str, **given: object
) -> tuple[int, dict[str, Any]]:
    answer = await client.post(f"/bot{TOKEN}/{method}", json=given)
    return answer.status_code, answer.json()


def a_button(data: str) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": "Lire", "callback_data": data}]]}


async def test_another_token_is_refused(client: httpx.AsyncClient):
    assert (await client.post("/bot2:x/getMe")).status_code == 401


async def test_a_message_is_sent_and_shown(client: httpx.AsyncClient, world: World):
    status, answer = await call(
        client, "sendMessage", chat_id=CHAT, text="oui", protect_content=True
    )

    assert (status, answer["result"]["text"]) == (200, "oui")
    assert [(m.text, m.from_bot, m.protected) for m in world.visible(CHAT)] == [
        ("bonjour", False, False),
        ("oui", True, True),
    ]


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("sendMessage", {"chat_id": CHAT, "text": "  "}),
        ("sendMessage", {"chat_id": CHAT, "text": "x" * 4097}),
        ("sendMessage", {"chat_id": CHAT, "text": "😀" * 2049}),
        ("sendMessage", {"chat_id": "personne", "text": "x"}),
        ("sendMessage", {"chat_id": CHAT}),
        ("sendMessage", {"chat_id": CHAT, "text": "x", "inconnu": 1}),
        ("sendMessage", {"chat_id": CHAT, "text": "x", "protect_content": "peut-être"}),
        ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": a_button("é" * 33)}),
        ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": a_button("")}),
        ("deleteMessages", {"chat_id": CHAT, "message_ids": list(range(101))}),
        ("deleteMessages", {"chat_id": CHAT, "message_ids": []}),
        ("setMyCommands", {"commands": [{"command": "Aide!", "description": "x"}]}),
        ("setMyShortDescription", {"short_description": "x" * 121}),
        ("setWebhook", {"url": "https://x.invalid", "secret_token": "pas bon"}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}),
        ("getUpdates", {"limit": 101}),
    ],
)
async def test_what_telegram_refuses_is_refused_and_noted(
    client: httpx.AsyncClient, world: World, method: str, given: dict[str, object]
):
    status, answer = await call(client, method, **given)

    assert (status, answer["ok"], answer["error_code"]) == (400, False, 400)
    assert [refusal.method for refusal in world.refused] == [method]


@pytest.mark.parametrize("method", ["getFile", "getChat", "getUserProfilePhotos", "forwardMessage"])
async def test_methods_that_the_bot_must_not_call_do_not_exist(
    client: httpx.AsyncClient, world: World, method: str
):
    assert method not in METHODS
    assert (await call(client, method, chat_id=CHAT))[0] == 404
    assert [refusal.method for refusal in world.refused] == [method]


async def test_who_blocked_gets_nothing_and_strangers_do_not_exist(
    client: httpx.AsyncClient, world: World
):
    world.block(CHAT)

    assert (await call(client, "sendMessage", chat_id=CHAT, text="x"))[0] == 403
    status, answer = await call(client, "sendMessage", chat_id=78, text="x")
    assert (status, answer["description"]) == (400, "Bad Request: chat not found")


async def test_a_wait_that_is_demanded_is_told(client: httpx.AsyncClient, world: World):
    world.demand_wait(9, method="sendMessage")

    status, answer = await call(client, "sendMessage", chat_id=CHAT, text="x")
    assert (status, answer["parameters"]) == (429, {"retry_after": 9})
    assert (await call(client, "sendMessage", chat_id=CHAT, text="x"))[0] == 200


async def test_nothing_is_deleted_after_two_days(client: httpx.AsyncClient, world: World):
    [mine] = [message.message_id for message in world.visible(CHAT)]
    world.advance(hours=49)
    status, answer = await call(client, "deleteMessage", chat_id=CHAT, message_id=mine)

    assert status == 400
    assert "can't be deleted" in answer["description"]
    assert (await call(client, "deleteMessages", chat_id=CHAT, message_ids=[mine, 999]))[0] == 200
    assert len(world.visible(CHAT)) == 1


async def test_an_edit_must_change_something_and_be_of_the_bots_own(
    client: httpx.AsyncClient, world: World
):
    _, sent = await call(client, "sendMessage", chat_id=CHAT, text="x")
    number = sent["result"]["message_id"]

    same = await call(client, "editMessageText", chat_id=CHAT, message_id=number, text="x")
    assert "not modified" in same[1]["description"]
    theirs = world.visible(CHAT)[0].message_id
    foreign = await call(client, "editMessageText", chat_id=CHAT, message_id=theirs, text="y")
    assert "can't be edited" in foreign[1]["description"]
    assert (await call(client, "editMessageText", chat_id=CHAT, message_id=number, text="y"))[
        0
    ] == 200


async def test_a_press_is_answered_within_fifteen_minutes(client: httpx.AsyncClient, world: World):
    await call(client, "sendMessage", chat_id=CHAT, text="x", reply_markup=a_button("s:1"))
    world.press(CHAT, world.visible(CHAT)[-1].message_id, "s:1")
    _, updates = await call(client, "getUpdates")
    query = updates["result"][-1]["callback_query"]["id"]

    assert (await call(client, "answerCallbackQuery", callback_query_id=query))[0] == 200
    world.advance(minutes=16)
    assert (await call(client, "answerCallbackQuery", callback_query_id=query))[0] == 400


async def test_updates_stay_until_they_are_confirmed(client: httpx.AsyncClient):
    _, first = await call(client, "getUpdates")
    _, again = await call(client, "getUpdates")
    offset = first["result"][-1]["update_id"] + 1
    _, none = await call(client, "getUpdates", offset=offset)

    assert first == again
    assert none["result"] == []


async def test_only_one_may_wait_for_updates(client: httpx.AsyncClient, world: World):
    _, first = await call(client, "getUpdates")
    offset = first["result"][-1]["update_id"] + 1
    former, latter = await asyncio.gather(
        call(client, "getUpdates", offset=offset, timeout=50),
        call(client, "getUpdates", offset=offset, timeout=0),
    )

    assert former[0] == 409
    assert latter[0] == 200


async def test_a_webhook_and_polling_exclude_each_other(client: httpx.AsyncClient):
    await call(client, "setWebhook", url="https://x.invalid", secret_token="s")  # noqa: S106

    assert (await call(client, "getUpdates"))[0] == 409
    await call(client, "deleteWebhook")
    assert (await call(client, "getUpdates"))[0] == 200


@pytest.fixture
async def page(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=chat_page_routes(world, "/essai")))
    async with httpx.AsyncClient(transport=transport, base_url="http://demo.invalid") as asking:
        yield asking


async def test_the_chat_page_is_a_telephone_of_its_own(page: httpx.AsyncClient, world: World):
    shown = await page.get("/essai")
    assert "ceci imite Telegram" in shown.text
    await page.post("/essai/envoyer", data={"geste": "ecrire", "text": "bonjour <b>"})
    after = await page.get("/essai")

    assert "bonjour &lt;b&gt;" in after.text
    assert [m["text"] for m in (await page.get("/essai/messages")).json()["messages"]] == [
        "/start",
        "bonjour <b>",
    ]
    assert [message.text for message in world.visible(CHAT)] == ["bonjour"]


async def test_another_site_cannot_write_there(page: httpx.AsyncClient):
    await page.get("/essai")
    await page.post(
        "/essai/envoyer",
        data={"geste": "ecrire", "text": "pas moi"},
        headers={"origin": "https://ailleurs.invalid"},
    )

    assert "pas moi" not in (await page.get("/essai")).text

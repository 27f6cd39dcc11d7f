"""Call the webhook: in order within a chat, again until it is taken."""

import asyncio
from typing import Any, Final

import httpx

from botapi.world import Webhook, World

_LOOK_SECONDS: Final = 0.05
_LONGEST_PAUSE: Final = 5.0
_ANSWER_SECONDS: Final = 30.0


async def push_forever(world: World) -> None:
    async with httpx.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=False) as client:
        while True:
            if world.webhook is None or world.waiting() == 0:
                await asyncio.sleep(_LOOK_SECONDS)
                continue
            updates = world.next_updates(None, world.webhook.connections)
            await _push_all(updates, world.webhook, world, client)


async def _push_all(
    updates: list[dict[str, Any]], hook: Webhook, world: World, client: httpx.AsyncClient
) -> None:
    by_chat: dict[int, list[dict[str, Any]]] = {}
    for update in updates:
        by_chat.setdefault(_chat_of(update), []).append(update)

    async def in_order(listed: list[dict[str, Any]]) -> None:
        for update in listed:
            await _push(update, hook, world, client)

    await asyncio.gather(*(in_order(listed) for listed in by_chat.values()))


async def _push(
    update: dict[str, Any], hook: Webhook, world: World, client: httpx.AsyncClient
) -> None:
    pause = _LOOK_SECONDS
    while world.webhook is hook:
        try:
            answer = await client.post(
                hook.url, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": hook.secret}
            )
        except httpx.HTTPError:
            answer = None
        if answer is not None and answer.is_success:
            world.confirm(update["update_id"])
            return
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _chat_of(update: dict[str, Any]) -> int:
    [content] = [value for name, value in update.items() if name != "update_id"]
    return int(content.get("chat", content["from"])["id"])

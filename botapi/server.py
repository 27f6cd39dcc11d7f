"""The server: `/bot<token>/<method>`, answers and errors as Telegram gives them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from botapi.parameters import bad, check, whole
from botapi.pushing import push_forever
from botapi.world import BOT_ID, Call, Oddity, Refusal, Refused, Webhook, World

Json = dict[str, Any]

_ME: Final = {
    "id": BOT_ID, "is_bot": True, "first_name": "Point", "username": "un_bot",
    "can_join_groups": False, "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}  # fmt: skip


def create_server(world: World) -> Starlette:
    """The Bot API for the world's bot; a webhook that is set is called while it runs."""
    server = _Server(world)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with delivering(world):
            yield

    route = Route("/bot{token}/{method}", server.answer, methods=["GET", "POST"])
    return Starlette(routes=[route], lifespan=lifespan)


@asynccontextmanager
async def delivering(world: World) -> AsyncIterator[None]:
    """Call the webhook meanwhile, if one is set."""
    task = asyncio.create_task(push_forever(world))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class _Server:
    def __init__(self, world: World) -> None:
        self._world = world
        self._polls = 0

    async def answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != self._world.token:
            return _error(Refused(401, "Unauthorized"))
        try:
            given = await _given(request)
            oddity = self._world.oddity(method)
            if oddity is not None and not oddity.done:
                return _odd(oddity)
            self._world.trouble(method, given.get("chat_id") and whole(given["chat_id"]))
            parameters = check(method, given)
            act: Callable[[Json], Any] = getattr(self, f"_{method}")
            result = act(parameters)
            if asyncio.iscoroutine(result):
                result = await result
        except Refused as refused:
            if refused.code in {400, 404} and not _is_expected(refused):
                self._world.refused.append(Refusal(method, refused.description))
            return _error(refused)
        self._world.calls.append(Call(method, parameters, self._world.now()))
        self._world.changed.set()
        if oddity is not None:
            return _odd(oddity)
        # As Telegram writes it: signs beyond ASCII are escaped, halves of signs too.
        return Response(json.dumps({"ok": True, "result": result}), media_type="application/json")

    def _getMe(self, _given: Json) -> Json:  # noqa: N802  the method's own name, as all below
        return _ME

    async def _getUpdates(self, given: Json) -> list[Json]:  # noqa: N802
        world = self._world
        if world.webhook is not None:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self._polls += 1
        mine = self._polls
        world.arrived.set()  # a former question ends: only one may wait
        world.allowed = tuple(given.get("allowed_updates") or world.allowed)
        offset, limit = given.get("offset"), given.get("limit", 100)
        updates = world.next_updates(offset, limit)
        with suppress(TimeoutError):
            async with asyncio.timeout(given.get("timeout", 0)):
                while not updates and mine == self._polls:
                    world.arrived.clear()
                    await world.arrived.wait()
                    updates = world.next_updates(offset, limit)
        if mine != self._polls:
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        return updates

    def _setWebhook(self, given: Json) -> bool:  # noqa: N802
        world = self._world
        if given.get("drop_pending_updates"):
            world.drop_pending()
        world.allowed = tuple(given.get("allowed_updates") or world.allowed)
        world.webhook = Webhook(
            given["url"], given.get("secret_token", ""), given.get("max_connections", 40)
        )
        return True

    def _deleteWebhook(self, given: Json) -> bool:  # noqa: N802
        self._world.webhook = None
        if given.get("drop_pending_updates"):
            self._world.drop_pending()
        return True

    def _getWebhookInfo(self, _given: Json) -> Json:  # noqa: N802
        hook = self._world.webhook
        return {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": self._world.waiting(),
        }

    def _sendMessage(self, given: Json) -> Json:  # noqa: N802
        return self._world.send(
            given["chat_id"],
            given["text"],
            given.get("reply_markup", []),
            protected=given.get("protect_content", False),
        )

    def _editMessageText(self, given: Json) -> Json:  # noqa: N802
        shown = self._world.own_message(given["chat_id"], given["message_id"])
        buttons = given.get("reply_markup", [])
        if (shown.text, shown.buttons) == (given["text"], buttons):
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        shown.text, shown.buttons = given["text"], buttons
        return self._world.payload_of(given["chat_id"], shown)

    def _editMessageReplyMarkup(self, given: Json) -> Json:  # noqa: N802
        shown = self._world.own_message(given["chat_id"], given["message_id"])
        shown.buttons = given.get("reply_markup", [])
        return self._world.payload_of(given["chat_id"], shown)

    def _deleteMessage(self, given: Json) -> bool:  # noqa: N802
        self._world.delete(given["chat_id"], given["message_id"])
        return True

    def _deleteMessages(self, given: Json) -> bool:  # noqa: N802
        self._world.may_write(given["chat_id"])
        for message_id in given["message_ids"]:
            with suppress(Refused):
                self._world.delete(given["chat_id"], message_id)
        return True

    def _answerCallbackQuery(self, given: Json) -> bool:  # noqa: N802
        self._world.answer_callback(given["callback_query_id"], given.get("text", ""))
        return True

    def _sendChatAction(self, given: Json) -> bool:  # noqa: N802
        self._world.may_write(given["chat_id"])
        return True

    def _nothing(self, _given: Json) -> bool:
        return True

    _setMyCommands = _nothing  # noqa: N815
    _setMyDescription = _nothing  # noqa: N815
    _setMyShortDescription = _nothing  # noqa: N815
    _setMyName = _nothing  # noqa: N815


def _is_expected(refused: Refused) -> bool:
    """What happens to a good bot too: messages vanish, buttons grow old, nothing changed."""
    return any(
        part in refused.description
        for part in ("not found", "not modified", "can't be deleted", "query is too old")
    )


async def _given(request: Request) -> Json:
    """Parameters from the address, a form, or JSON."""
    given: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            body = json.loads(await request.body())
        except ValueError:
            raise bad("can't parse JSON") from None
        return given | dict(body)
    async with request.form() as form:
        return given | {name: value for name, value in form.items() if isinstance(value, str)}


def _odd(oddity: Oddity) -> Response:
    if oddity.cut is None:
        return Response(oddity.body, oddity.status, media_type=oddity.kind)
    length = {"content-length": str(len(oddity.body) + 1)}
    # Less comes than was announced: the server breaks the connection off.
    return Response(
        oddity.body[: oddity.cut], oddity.status, headers=length, media_type=oddity.kind
    )


def _error(refused: Refused) -> Response:
    body: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return JSONResponse(body, status_code=refused.code)

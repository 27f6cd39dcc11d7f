"""A small chat page for the demonstration: a telephone that speaks with the stand-in server."""

import secrets
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from botapi.world import Shown, World

_FOLDER: Final = Path(__file__).parent
_COOKIE: Final = "telephone"
_LONGEST: Final = 4096
_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def chat_page_routes(world: World, path: str) -> list[BaseRoute]:
    """The page at `path`; each browser is a telephone of its own."""
    page = _Page(world, path)
    return [
        Route(path, page.show),
        Route(f"{path}/messages", page.messages),
        Route(f"{path}/envoyer", page.send, methods=["POST"]),
        Mount(f"{path}/static", app=StaticFiles(directory=_FOLDER / "static")),
    ]


class _Page:
    def __init__(self, world: World, path: str) -> None:
        self._world, self._path = world, path
        self._blocked: set[int] = set()
        loader = FileSystemLoader(_FOLDER / "static")
        self._templates = Environment(loader=loader, autoescape=True)

    async def show(self, request: Request) -> Response:
        chat, is_new = self._chat(request)
        if is_new:
            self._world.write(chat, "/start")
        page = self._templates.get_template("chat.html").render(
            path=self._path, messages=self._shown(chat), blocked=chat in self._blocked
        )
        answer = HTMLResponse(page, headers=_HEADERS)
        if is_new:
            answer.set_cookie(_COOKIE, str(chat), httponly=True, samesite="strict")
        return answer

    async def messages(self, request: Request) -> Response:
        chat, is_new = self._chat(request)
        shown = [] if is_new else self._shown(chat)
        return JSONResponse({"messages": shown}, headers=_HEADERS)

    async def send(self, request: Request) -> Response:
        """What the form's button asks for: send a text, press a button, send a picture, block."""
        chat, is_new = self._chat(request)
        if not is_new and _is_own(request):
            async with request.form() as form:
                self._do(chat, {name: str(value) for name, value in form.items()})
        if request.headers.get("accept") == "application/json":
            return JSONResponse({"messages": self._shown(chat)}, headers=_HEADERS)
        return RedirectResponse(self._path, 303, headers=_HEADERS)

    def _do(self, chat: int, form: dict[str, str]) -> None:
        match form.get("geste", ""):
            case "ecrire" if form.get("text", "").strip():
                self._world.write(chat, form["text"][:_LONGEST])
            case "photo":
                self._world.send_media(chat, "photo")
            case "bloquer":
                self._blocked.add(chat)
                self._world.block(chat)
            case "debloquer":
                self._blocked.discard(chat)
                self._world.unblock(chat)
            case pressed if ":" in pressed:
                message_id, _, data = pressed.partition(":")
                if message_id.isdecimal():
                    self._press(chat, int(message_id), data)
            case _:
                return

    def _press(self, chat: int, message_id: int, data: str) -> None:
        known = {one.message_id: one for one in self._world.visible(chat)}
        if message_id in known and data in _data_of(known[message_id]):
            self._world.press(chat, message_id, data)

    def _chat(self, request: Request) -> tuple[int, bool]:
        """The visitor's chat, and whether it is a new one."""
        kept = request.cookies.get(_COOKIE, "")
        if kept.isdecimal() and self._world.visible(int(kept)):
            return int(kept), False
        return 10**12 + secrets.randbelow(10**12), True

    def _shown(self, chat: int) -> list[dict[str, Any]]:
        return [
            {
                "id": one.message_id,
                "bot": one.from_bot,
                "text": one.text or "(photo)",
                "buttons": [
                    [{"label": label, "data": f"{one.message_id}:{data}"} for label, data in row]
                    for row in one.buttons
                ],
            }
            for one in self._world.visible(chat)
        ]


def _data_of(shown: Shown) -> set[str]:
    return {data for row in shown.buttons for _, data in row}


def _is_own(request: Request) -> bool:
    """Another site's form does not write here."""
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")

"""A form is answered by an address of its own, which a reload shows again and the exit closes.

The browser's history would keep a page that answers a form directly, and what was sent with it:
Back would show it, without a script, to whoever holds the telephone after the quick exit.
"""

from http.cookies import CookieError, SimpleCookie
from typing import Final

from fastapi import APIRouter
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from intake.web.conversation import ask_for_code
from intake.web.dependencies import Site, TheSite, address_of
from intake.web.doors import Place
from intake.web.forms import SentForm
from intake.web.pages import Look, look_of
from intake.web.problems import API_PREFIX
from records.sessions import new_cookie
from records.shown_pages import Page
from runtime.asgi import App, Message, Receive, Scope, Send

router = APIRouter(include_in_schema=False)

_FORMS: Final = frozenset(
    {
        Place.MYSELF,
        Place.SOMEONE,
        Place.PROFESSIONAL,
        Place.COME_BACK,
        Place.THREAD,
        Place.THREAD_ERASE,
    }
)
_OF_THE_PAGE: Final = frozenset({b"content-length", b"content-type", b"content-language"})


@router.api_route("/{place:path}/suite/{page_id}", methods=["GET", "HEAD"])
async def show_again(request: Request, site: TheSite, page_id: str) -> Response:
    """The answer to a form, to whom it was given; to anybody else nothing of it."""
    page = await site.sessions.shown.read(request.cookies.get(site.sessions.cookie), page_id)
    if page is not None:
        return HTMLResponse(page.body, page.status)
    look = look_of(request).at(Place.COME_BACK)
    return ask_for_code(site, look, SentForm(), problem="shown_over", status=404)


class AnswerForms:
    """Keep what a form is answered with, and send the browser where it is shown.

    A browser that brings no cookie, and one that could not find the page again, gets the answer
    itself: a receipt is never lost.
    """

    def __init__(self, app: App, *, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(API_PREFIX):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        has_cookie = bool(request.cookies.get(self._site.sessions.cookie))
        if request.method == "POST" and has_cookie:
            answer = _Answer()
            await self._app(scope, receive, answer.take)
            await (await self._elsewhere(request, answer) or answer)(scope, receive, send)
        elif request.method == "GET" and request.url.path in _FORMS and not has_cookie:
            await self._app(scope, receive, self._with_cookie(send))
        else:
            await self._app(scope, receive, send)

    def _with_cookie(self, send: Send) -> Send:
        given = Response()
        self._site.sessions.give_cookie(new_cookie(), given)
        header = next(one for one in given.raw_headers if one[0] == b"set-cookie")

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                if not any(name.lower() == b"set-cookie" for name, _ in headers):
                    headers.append(header)
                message["headers"] = headers
            await send(message)

        return send_with_cookie

    async def _elsewhere(self, request: Request, answer: "_Answer") -> Response | None:
        """Where the answer is shown; None where it has to be given here."""
        if not answer.is_page:
            return None
        cookie = self._cookie_after(request, answer)
        if not cookie or not await self._site.limits.may_keep_a_page(address_of(request)):
            return None
        page_id = await self._site.sessions.shown.keep(cookie, Page(answer.status, answer.body))
        if page_id is None:
            return None
        look = Look(answer.headers["content-language"])
        place = self._site.pages.link(f"{request.url.path}/suite/{page_id}", look)
        redirect = RedirectResponse(place, 303)
        redirect.raw_headers += [one for one in answer.raw if one[0].lower() not in _OF_THE_PAGE]
        return redirect

    def _cookie_after(self, request: Request, answer: "_Answer") -> str | None:
        """The cookie that the browser will bring next; empty where the answer takes it away."""
        name = self._site.sessions.cookie
        for header in answer.headers.getlist("set-cookie"):
            try:
                given = SimpleCookie(header)
            except CookieError:
                continue
            if name in given:
                return given[name].value
        return request.cookies.get(name)


class _Answer:
    """What the site answers, held until it is known where it will be shown."""

    def __init__(self) -> None:
        self.status, self.body = 500, b""
        self.raw: list[tuple[bytes, bytes]] = []

    @property
    def headers(self) -> Headers:
        return Headers(raw=self.raw)

    @property
    def is_page(self) -> bool:
        return "content-language" in self.headers

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.raw = [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]
        else:
            self.body += message.get("body", b"")

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.raw})
        await send({"type": "http.response.body", "body": self.body})

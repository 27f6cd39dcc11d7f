"""Errors as programs and people read them: problem+json under /api/, kind pages elsewhere.

Neither ever repeats what was sent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from intake.web.pages import Pages, look_of
from records.errors import DatabaseAway
from runtime.asgi import App, Message, Receive, Scope, Send
from runtime.log import log

API_PREFIX: Final = "/api/"
BODY: Final = "(body)"
RETRY_AFTER_SECONDS: Final = "30"
Errors = Sequence[tuple[str, str]]

# pydantic's own sentences may quote the input ("found `x` at 3"): these never do.
_DETAILS: Final[Mapping[str, str]] = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "json_invalid": "is not valid JSON",
    "model_type": "must be a JSON object",
    "string_type": "must be a string",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long",
    "int_type": "must be an integer",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "enum": "must be one of: young, peer, relative, professional",
    "uuid_type": "must be a UUID",
    "uuid_parsing": "must be a UUID",
    "string_pattern_mismatch": "does not have the expected form",
    "no_text": "must not be empty",
}
_PLAIN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


class Problem(Exception):
    """What the API answers instead of a result. Its own text carries no value that was sent."""

    def __init__(self, status: int, title: str, errors: Errors = ()) -> None:
        super().__init__(title)
        self.status, self.title, self.errors = status, title, errors

    def response(self) -> Response:
        return JSONResponse(
            {
                "type": "about:blank",
                "title": self.title,
                "status": self.status,
                "errors": [{"field": field, "detail": detail} for field, detail in self.errors],
            },
            self.status,
            media_type="application/problem+json",
        )


def invalid(error: ValidationError) -> Problem:
    """Name each wrong field and what it should be, never what it was."""
    errors = [
        (_field(e["loc"]), _DETAILS.get(e["type"], "is not valid"))
        for e in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return Problem(422, "The request is not valid", errors)


def _field(location: tuple[int | str, ...]) -> str:
    """The field's name; of an unknown one only if it looks like a name and not like words."""
    name = str(location[0]) if location else BODY
    return name if name == BODY or _PLAIN_NAME.fullmatch(name) else "(unknown)"


def answer_errors(app: FastAPI, pages: Pages) -> None:
    """Replace the framework's own error answers, which may repeat what was sent."""

    def answer(request: Request, status: int) -> Response:
        if request.url.path.startswith(API_PREFIX):
            return Problem(status, HTTPStatus(status).phrase).response()
        return _page(request, pages, status)

    async def on_problem(_request: Request, error: Any) -> Response:  # noqa: ANN401
        problem: Problem = error
        return problem.response()

    async def on_http_error(request: Request, error: Any) -> Response:  # noqa: ANN401
        response = answer(request, error.status_code)
        response.headers.update(error.headers or {})
        return response

    async def on_invalid(request: Request, _error: Any) -> Response:  # noqa: ANN401
        return answer(request, 422)

    async def on_database_away(request: Request, error: Any) -> Response:  # noqa: ANN401
        log.error("public.database_away", error=str(error))
        response = answer(request, 503)
        response.headers["retry-after"] = RETRY_AFTER_SECONDS
        return response

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(DatabaseAway, on_database_away)


_KINDS: Final = {404: "no_page", 405: "no_page", 413: "too_large", 500: "failed", 503: "failed"}


def _page(request: Request, pages: Pages, status: int) -> Response:
    look = replace(look_of(request), path=None)  # or the links would repeat the path
    return pages.show("error", look, status, kind=_KINDS.get(status, "other"))


def plain_answer(pages: Pages, status: int) -> App:
    """An application that answers this status in the form that fits the path."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if request.url.path.startswith(API_PREFIX):
            response = Problem(status, HTTPStatus(status).phrase).response()
        else:
            response = _page(request, pages, status)
        await response(scope, receive, send)

    return app


class LastResort:
    """Answer what nobody else caught, and log only its class: a traceback may quote words."""

    def __init__(self, app: App, *, failed: App) -> None:
        self._app, self._failed = app, failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:  # noqa: BLE001  nothing of it may reach a server's own log
            log.error("public.failed", error=type(error).__name__)
            if not has_begun:
                await self._failed(scope, receive, send)

"""The pages without a form: welcome, discretion, privacy, accessibility; and the quick exit."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from intake.web.dependencies import TheSite
from intake.web.doors import DOORS, Place
from intake.web.pages import STATIC, look_of

router = APIRouter(include_in_schema=False)

_FORGET_ALL: Final = '"cache", "cookies", "storage"'
_TEMPLATES: Final = {
    Place.WELCOME: "welcome",
    Place.DISCRETION: "discretion",
    Place.PRIVACY: "privacy",
    Place.ACCESSIBILITY: "accessibility",
}


@router.api_route(Place.WELCOME, methods=["GET", "HEAD"])
@router.api_route(Place.DISCRETION, methods=["GET", "HEAD"])
@router.api_route(Place.PRIVACY, methods=["GET", "HEAD"])
@router.api_route(Place.ACCESSIBILITY, methods=["GET", "HEAD"])
async def show_page(request: Request, site: TheSite) -> Response:
    template = _TEMPLATES[Place(request.url.path)]
    return site.pages.show(template, look_of(request), doors=tuple(DOORS.values()))


@router.api_route(Place.LEAVE, methods=["GET", "HEAD"])
async def leave(request: Request, site: TheSite) -> Response:
    """The quick exit: end the session, forget what the browser kept, show the weather."""
    answer = RedirectResponse(site.reception.point.exit_url, 303)
    answer.headers["clear-site-data"] = _FORGET_ALL
    await site.sessions.end(request, answer)
    return answer


@router.post(Place.LEAVE)
async def leave_behind(request: Request, site: TheSite) -> Response:
    """The same for a page that has already blanked itself and is on its way elsewhere."""
    answer = Response(status_code=204)
    answer.headers["clear-site-data"] = _FORGET_ALL
    await site.sessions.end(request, answer)
    return answer


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
async def icon() -> Response:
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")


@router.api_route("/healthz", methods=["GET", "HEAD"])
async def is_serving() -> Response:
    return PlainTextResponse("ok")

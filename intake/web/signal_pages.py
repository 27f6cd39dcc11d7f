"""The three forms and the receipt."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from intake.errors import SubmissionDiffers
from intake.receive import Received, receive_signal
from intake.web.dependencies import Site, TheSite
from intake.web.doors import AGES, DOORS, Door, Place
from intake.web.forms import SentForm, new_key, read_form
from intake.web.pages import Look, look_of
from runtime.log import log

router = APIRouter(include_in_schema=False)


@router.api_route(Place.MYSELF, methods=["GET", "HEAD"])
@router.api_route(Place.SOMEONE, methods=["GET", "HEAD"])
@router.api_route(Place.PROFESSIONAL, methods=["GET", "HEAD"])
async def show_form(request: Request, site: TheSite) -> Response:
    door = DOORS[Place(request.url.path)]
    return _form(site, door, replace(look_of(request), voice=door.voice), SentForm(key=new_key()))


@router.post(Place.MYSELF)
@router.post(Place.SOMEONE)
@router.post(Place.PROFESSIONAL)
async def receive_form(request: Request, site: TheSite) -> Response:
    """Keep what was sent and give the receipt, or show the form again with every word in it."""
    door = DOORS[Place(request.url.path)]
    sent = await read_form(request)
    look = replace(look_of(request, sent.lang), voice=door.voice, path=None)
    if problems := sent.problems():
        status = 413 if sent.is_too_large else 422
        return _form(site, door, look, sent, problems=problems, status=status)
    if sent.came_from_elsewhere:
        return _form(site, door, look, sent, notice="read_again", status=403)
    try:
        return await _kept(request, site, door, look, sent)
    except SubmissionDiffers:
        again = replace(sent, key=new_key())
        return _form(site, door, look, again, notice="already_arrived", status=409)
    except Exception as error:  # noqa: BLE001  whatever it is, the words go back to their writer
        log.error("signal.not_kept", error=type(error).__name__)
        return _form(site, door, look, sent, notice="not_sent", status=503)


async def _kept(
    request: Request, site: Site, door: Door, look: Look, sent: SentForm
) -> HTMLResponse:
    author = door.author(sent.author)
    suspicious = await site.is_flood(request) or sent.filled_by_machine
    received = await receive_signal(sent.draft(author), site.reception, suspicious=suspicious)
    begun = await site.sessions.begin(received.access, author, instead_of=request)
    answer = _receipt(site, door, look, received, token=begun.session.token)
    site.sessions.give(begun, answer)
    return answer


def _form(
    site: Site,
    door: Door,
    look: Look,
    sent: SentForm,
    *,
    problems: dict[str, str] | None = None,
    notice: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    return site.pages.show(
        "form",
        look,
        status,
        door=door,
        ages=AGES,
        sent=sent,
        problems=problems or {},
        notice=notice,
    )


def _receipt(site: Site, door: Door, look: Look, received: Received, *, token: str) -> HTMLResponse:
    return site.pages.show(
        "receipt",
        look,
        door=door,
        words=received.code.split(),
        read_by=received.read_by,
        emergency=received.emergency,
        places=received.communes,
        token=token,
        key=new_key(),
    )

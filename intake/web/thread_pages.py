"""The conversation of who came back: read it, write again, erase it, close it."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intake.add_message import add_message
from intake.errors import ReceiptUnknown, ReceiptUnreadable
from intake.receipts import normalise_code
from intake.web.conversation import closed_thread, open_thread, session_over, values_of
from intake.web.dependencies import TheSite
from intake.web.doors import Place
from intake.web.forms import SentForm, read_form
from intake.web.pages import look_of
from intake.web.sessions import Session
from intake.withdraw import withdraw
from runtime.log import log

router = APIRouter(include_in_schema=False)


@router.api_route(Place.THREAD, methods=["GET", "HEAD"])
async def show_closed_thread(request: Request, site: TheSite) -> Response:
    """No earlier word before the person asks: somebody else may hold the phone now."""
    session = await site.sessions.read(request)
    if session is None:
        return session_over(site, look_of(request), SentForm())
    return closed_thread(site, look_of(request).to(session.author), session, SentForm())


@router.api_route(Place.THREAD_WRITE, methods=["GET", "HEAD"])
@router.api_route(Place.THREAD_PLACE, methods=["GET", "HEAD"])
@router.api_route(Place.THREAD_CLOSE, methods=["GET", "HEAD"])
async def lead_to_thread(request: Request, site: TheSite) -> Response:
    """Where only forms go: who comes by the address bar or by Back finds the conversation."""
    return RedirectResponse(site.pages.link(Place.THREAD, look_of(request)), 303)


async def _opened(request: Request, site: TheSite) -> tuple[Session | None, SentForm]:
    """The session that a form was sent from; None where it is over or is another one."""
    sent = await read_form(request)
    session = await site.sessions.read(request)
    return (session if session and session.has_sent(sent.token) else None), sent


OpenedForm = Annotated[tuple[Session | None, SentForm], Depends(_opened)]


@router.post(Place.THREAD)
async def show_thread(request: Request, site: TheSite, opened: OpenedForm) -> Response:
    """Show the messages; sent as a form, so that the browser's history has none of them."""
    session, sent = opened
    if session is None:
        return session_over(site, look_of(request, sent.lang), sent)
    look = look_of(request, sent.lang).to(session.author)
    return await open_thread(site, look, session, sent)


@router.post(Place.THREAD_WRITE)
async def write_again(request: Request, site: TheSite, opened: OpenedForm) -> Response:
    session, sent = opened
    look = look_of(request, sent.lang)
    if session is None:
        return session_over(site, look, sent)
    look = look.to(session.author)
    if problems := sent.problems():
        status = 413 if sent.is_too_large else 422
        return await open_thread(site, look, session, sent, problems=problems, status=status)
    try:
        added = await add_message(session.access, sent.draft(session.author), site.reception)
    except ReceiptUnknown:
        return session_over(site, look_of(request, sent.lang), sent)
    except Exception as error:  # noqa: BLE001  whatever it is, the words go back to their writer
        log.error("message.not_kept", error=type(error).__name__)
        return closed_thread(site, look, session, sent, notice="not_sent", status=503)
    return await open_thread(site, look, session, SentForm(lang=sent.lang), added=added)


@router.post(Place.THREAD_PLACE)
async def say_where(request: Request, site: TheSite, opened: OpenedForm) -> Response:
    """The answer to "dans quelle commune ?", or "passer"; the receipt's words stay in sight."""
    session, sent = opened
    look = look_of(request, sent.lang)
    if session is None:
        return session_over(site, look, sent)
    look = look.to(session.author)
    known = sent.choice != "skip" and sent.commune in site.reception.gazetteer.suggestions()
    if known:
        said = replace(sent, text=look.texts("place.answer", commune=sent.commune))
        try:
            await add_message(session.access, said.draft(session.author), site.reception)
        except ReceiptUnknown:
            return session_over(site, look, SentForm(lang=sent.lang))
        except Exception as error:  # noqa: BLE001  the code on this page is shown nowhere else
            log.error("message.not_kept", error=type(error).__name__)
            known = False
    values = {"words": _words(sent.code), "place": sent.commune if known else None}
    return site.pages.show("place_said", look, **values)


def _words(code: str) -> list[str]:
    try:
        return normalise_code(code).split()
    except ReceiptUnreadable:
        return []


@router.api_route(Place.THREAD_ERASE, methods=["GET", "HEAD"])
async def ask_before_erasing(request: Request, site: TheSite) -> Response:
    session = await site.sessions.read(request)
    if session is None:
        return session_over(site, look_of(request), SentForm())
    look = look_of(request).to(session.author)
    return site.pages.show("erase", look, **values_of(session, SentForm()))


@router.post(Place.THREAD_ERASE)
async def erase(request: Request, site: TheSite, opened: OpenedForm) -> Response:
    session, sent = opened
    look = look_of(request, sent.lang)
    if session is None:
        return session_over(site, look, sent)
    try:
        await withdraw(session.access, site.reception)
    except ReceiptUnknown:
        log.info("signal.gone_already", where="erase")
    answer = site.pages.show("erased", look.to(session.author))
    await site.sessions.end(request, answer)
    return answer


@router.post(Place.THREAD_CLOSE)
async def close(request: Request, site: TheSite, opened: OpenedForm) -> Response:
    """Close this browser's session; the code still opens the conversation."""
    _, sent = opened
    answer = RedirectResponse(site.pages.link(Place.WELCOME, look_of(request, sent.lang)), 303)
    await site.sessions.end(request, answer)
    return answer

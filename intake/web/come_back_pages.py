"""Come back with the code: one forgiving field, kind words, and patience with who guesses."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intake.errors import ReceiptUnknown, ReceiptUnreadable
from intake.sender import read_conversation, unlock_receipt
from intake.web.conversation import ask_for_code, closed_thread
from intake.web.dependencies import Site, TheSite
from intake.web.doors import Place
from intake.web.forms import SentForm, read_form
from intake.web.pages import Look, look_of
from runtime.log import log

router = APIRouter(include_in_schema=False)


@router.api_route(Place.COME_BACK, methods=["GET", "HEAD"])
async def show_code_field(request: Request, site: TheSite) -> Response:
    return ask_for_code(site, look_of(request), SentForm())


@router.post(Place.COME_BACK)
async def come_back(request: Request, site: TheSite) -> Response:
    """Open the conversation of a code; a wrong one costs a pause and shows the field again."""
    sent = await read_form(request)
    look = look_of(request, sent.lang)
    if sent.came_from_elsewhere:
        # Another site must not be able to put somebody into a conversation that it can read.
        return ask_for_code(site, look, sent, problem="again", status=403)
    try:
        return await _opened(request, site, look, sent)
    except ReceiptUnreadable as error:
        await site.pause_after_wrong_receipt(request)
        wrong = error.positions
        return ask_for_code(site, look, sent, problem="unreadable", wrong=wrong, status=422)
    except ReceiptUnknown:
        await site.pause_after_wrong_receipt(request)
        return ask_for_code(site, look, sent, problem="unknown", status=404)
    except Exception as error:  # noqa: BLE001  whatever it is, the words go back to their writer
        log.error("receipt.not_tried", error=type(error).__name__)
        return ask_for_code(site, look, sent, problem="failed", status=503)


async def _opened(request: Request, site: Site, look: Look, sent: SentForm) -> Response:
    access = await unlock_receipt(sent.code, site.reception)
    author = (await read_conversation(access, site.reception)).author
    begun = await site.sessions.begin(access, author, instead_of=request)
    if sent.text:
        answer: Response = closed_thread(site, look.to(author), begun.session, sent)
    else:
        answer = RedirectResponse(site.pages.link(Place.THREAD, look), 303)
    site.sessions.give(begun, answer)
    return answer

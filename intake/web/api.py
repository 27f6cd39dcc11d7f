"""The JSON door: the same use cases for programs."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from intake.add_message import add_message
from intake.emergency import EmergencyCard
from intake.errors import EmptyMessage, ReceiptUnknown, ReceiptUnreadable, SubmissionDiffers
from intake.receive import receive_signal
from intake.sender import SenderAccess, read_conversation, unlock_receipt
from intake.web.bodies import ConversationIn, MessageIn, SignalIn, read_json
from intake.web.dependencies import Site, TheSite
from intake.web.pages import FORMAL, INFORMAL
from intake.web.problems import Problem
from runtime.i18n import load_texts
from triage.vocabulary import Author

router = APIRouter(prefix="/api/v1", include_in_schema=False)


@router.post("/signals")
async def receive(request: Request, site: TheSite) -> Response:
    """Keep a signal: 201 with its receipt after the commit, the same again for the same key."""
    draft = (await read_json(request, SignalIn)).draft()
    suspicious = await site.is_flood(request)
    try:
        received = await receive_signal(draft, site.reception, suspicious=suspicious)
    except SubmissionDiffers:
        reason = ("idempotency_key", "came before with another content")
        raise Problem(409, "This key was used for another content", [reason]) from None
    except EmptyMessage:
        raise _no_text() from None
    return JSONResponse(
        {
            "receipt": received.code,
            "emergency": _emergency(received.emergency, site, draft.locale, draft.author),
            "read_by": _utc(received.read_by),
        },
        201,
    )


@router.post("/conversation")
async def read(request: Request, site: TheSite) -> Response:
    body = await read_json(request, ConversationIn)
    access = await _unlocked(body.receipt, request, site)
    try:
        thread = await read_conversation(access, site.reception)
    except ReceiptUnknown:
        raise _unknown_receipt() from None
    messages = [
        {"at": _utc(m.at), "from": "team" if m.from_team else "you", "text": m.text}
        for m in thread.messages
    ]
    return JSONResponse({"messages": messages, "read_by": _utc(thread.read_by)})


@router.post("/conversation/messages")
async def write_again(request: Request, site: TheSite) -> Response:
    body = await read_json(request, MessageIn)
    draft = body.draft()
    access = await _unlocked(body.receipt, request, site)
    try:
        added = await add_message(access, draft, site.reception)
    except EmptyMessage:
        raise _no_text() from None
    except ReceiptUnknown:
        raise _unknown_receipt() from None
    emergency = _emergency(added.emergency, site, draft.locale, draft.author)
    return JSONResponse({"read_by": _utc(added.read_by), "emergency": emergency}, 201)


async def _unlocked(receipt: str, request: Request, site: Site) -> SenderAccess:
    try:
        return await unlock_receipt(receipt, site.reception)
    except ReceiptUnreadable as error:
        await site.pause_after_wrong_receipt(request)
        raise _unknown_receipt(error.positions) from None
    except ReceiptUnknown:
        await site.pause_after_wrong_receipt(request)
        raise _unknown_receipt() from None


def _unknown_receipt(wrong: tuple[int, ...] = ()) -> Problem:
    detail = f"not words of the list: {', '.join(map(str, wrong))}" if wrong else "is unknown"
    return Problem(404, "No conversation has this receipt", [("receipt", detail)])


def _no_text() -> Problem:
    return Problem(422, "The request is not valid", [("text", "must not be empty")])


def _emergency(
    card: EmergencyCard | None, site: Site, language: str, author: Author
) -> dict[str, Any] | None:
    """The card in the sender's language, the most fitting number first."""
    if card is None:
        return None
    texts = load_texts(language, "public")
    voice = INFORMAL if author is Author.YOUNG else FORMAL
    known = site.reception.point.numbers
    numbers = [known[number_id] for number_id in (*card.first, *card.others)]
    return {
        "automatic": True,
        "message": texts(f"{voice}.emergency.automatic"),
        "numbers": [
            {
                "id": number.id,
                "number": number.number,
                "how": number.how,
                "label": texts(f"number.{number.id}"),
                "hours": number.hours,
            }
            for number in numbers
        ],
    }


def _utc(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

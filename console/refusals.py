"""One table from what was refused to what the page says, and the pages for it."""

import traceback
from dataclasses import dataclass
from typing import Final

from babel.dates import format_date
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.dependencies import gone_of, kept_of, session_of
from console.errors import FormRefused, SessionLost, SessionsAway, UnknownChoice
from console.forms import Box, Kept
from console.pages import Pages, see_other
from console.sessions import Session
from dispatch.drafts import Gone
from dispatch.errors import (
    AddressTaken,
    AvoidedWord,
    EmptyText,
    EndingMissing,
    HasLeft,
    KeyNotHeld,
    LastSupervisor,
    LaterThanPromised,
    MemberDisabled,
    NewWords,
    NoKey,
    NotAllowed,
    NoTeamForThem,
    NothingPlanned,
    NotOneself,
    NotRead,
    SignalIsClosed,
    SignalNotFound,
    SignInRefused,
    TakenBySomebody,
    TextTooLong,
    UnknownDate,
    UnknownHours,
    UnknownMember,
    UnknownTeam,
    WordsUnfit,
    WrongEmail,
    WrongName,
    WrongPhone,
)
from records.errors import DatabaseAway, SealBroken
from runtime.errors import ServiceError
from runtime.i18n import Texts
from runtime.log import log


@dataclass(frozen=True, slots=True)
class Refusal:
    """`text` names the catalogue's sentence, and a heading under the same name."""

    status: int
    text: str


UNEXPECTED: Final = Refusal(500, "unexpected")
TOO_LARGE: Final = Refusal(413, "too_large")
NOT_FOUND: Final = Refusal(404, "not_found")
REFUSALS: Final[dict[type[ServiceError], Refusal]] = {
    SignalNotFound: NOT_FOUND,
    TakenBySomebody: Refusal(409, "taken"),  # NotYours is one
    NoKey: Refusal(409, "no_key"),
    SignalIsClosed: Refusal(409, "is_closed"),
    NewWords: Refusal(409, "new_words"),
    HasLeft: Refusal(409, "has_left"),
    NotRead: Refusal(409, "not_read"),
    NotAllowed: Refusal(403, "not_allowed"),
    NotOneself: Refusal(409, "not_oneself"),
    UnknownMember: Refusal(404, "unknown_member"),
    LastSupervisor: Refusal(409, "last_supervisor"),
    MemberDisabled: Refusal(409, "member_disabled"),
    NoTeamForThem: Refusal(409, "no_team_for_them"),
    KeyNotHeld: Refusal(409, "key_not_held"),
    AddressTaken: Refusal(409, "address_taken"),
    WrongName: Refusal(422, "wrong_name"),
    WrongEmail: Refusal(422, "wrong_email"),
    WrongPhone: Refusal(422, "wrong_phone"),
    NothingPlanned: Refusal(409, "nothing_planned"),
    EndingMissing: Refusal(422, "ending_missing"),
    UnknownDate: Refusal(422, "unknown_date"),
    LaterThanPromised: Refusal(422, "later_than_promised"),
    UnknownTeam: Refusal(422, "unknown_team"),
    AvoidedWord: Refusal(422, "avoided_word"),
    UnknownHours: Refusal(422, "unknown_hours"),
    EmptyText: Refusal(422, "empty_text"),
    WordsUnfit: Refusal(422, "words_unfit"),
    TextTooLong: Refusal(422, "text_too_long"),
    UnknownChoice: Refusal(422, "unknown_choice"),
    SignInRefused: Refusal(401, "sign_in"),
    SessionLost: Refusal(401, "session_lost"),
    SessionsAway: Refusal(503, "sessions_away"),
    FormRefused: Refusal(403, "form"),
    SealBroken: Refusal(500, "seal_broken"),
    DatabaseAway: Refusal(503, "database_away"),
}


def refusal_of(error: Exception) -> Refusal:
    found = (REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS)
    return next(found, UNEXPECTED)


def sentence(error: Exception, texts: Texts) -> str:
    """What to tell the member; who has the signal is named where somebody has it."""
    if isinstance(error, TakenBySomebody):
        named = "refusal.taken" if error.owner_name else "refusal.taken_by_nobody"
        return texts(named, name=error.owner_name)
    if isinstance(error, AvoidedWord):
        return texts("refusal.avoided_word", word=error.word)
    if isinstance(error, LaterThanPromised):
        day = format_date(error.last, "EEEE d MMMM", locale=texts.language)
        return texts("refusal.later_than_promised", day=day)
    return texts(f"refusal.{refusal_of(error).text}")


async def show_refusal(request: Request, error: Exception) -> Response:
    """The page for an error that no handler answered; what was typed stays on it."""
    pages: Pages = request.app.state.console.pages
    if isinstance(error, (HTTPException, RequestValidationError)):
        # A method that a page does not have answers like a page that is not there.
        return refusal_page(pages, NOT_FOUND, request)
    if isinstance(error, SessionLost):
        refusal = refusal_of(error)
        if not kept_of(request).has_words() and not isinstance(error, SessionsAway):
            return see_other("/connexion")
        return pages.show(
            "sign_in.html",
            status=refusal.status,
            problem=sentence(error, pages.texts),
            email="",
            kept=kept_of(request),
        )
    refusal = refusal_of(error)
    if refusal.status >= UNEXPECTED.status:
        tell(error)
    session = session_of(request)
    if refusal is NOT_FOUND and session is not None and gone_of(request):
        return gone_page(pages, session, kept_of(request), gone_of(request))
    return refusal_page(pages, refusal, request)


def refusal_page(pages: Pages, refusal: Refusal, request: Request | None = None) -> HTMLResponse:
    kept = kept_of(request) if request else Kept("", {})
    session = session_of(request) if request else None
    return pages.show(
        "refused.html",
        status=refusal.status,
        heading=pages.texts(f"refusal.{refusal.text}.heading"),
        problem=pages.texts(f"refusal.{refusal.text}"),
        ref=request.path_params.get("ref", "") if request and refusal is not NOT_FOUND else "",
        kept=kept if kept.has_words() else None,
        can_resume=refusal is not NOT_FOUND,
        can_throw=False,
        session=session,
    )


def gone_page(pages: Pages, session: Session, kept: Kept, gone: Gone | None) -> HTMLResponse:
    """The signal is not here any more: where it went, for who had it, and what they had typed."""
    typed = dict(kept.typed)
    for box in Box:
        if gone and box.draft in gone.drafts:
            typed[box] = gone.drafts[box.draft]
    named = f"refusal.{'gone' if gone else NOT_FOUND.text}"
    return pages.show(
        "refused.html",
        status=NOT_FOUND.status,
        heading=pages.texts(f"{named}.heading"),
        problem=pages.texts(named, team=pages.team_name(gone.team)) if gone else pages.texts(named),
        ref=kept.ref if gone else "",
        kept=Kept(kept.ref, typed) if any(one.text for one in typed.values()) else None,
        can_resume=False,
        can_throw=gone is not None,
        session=session,
    )


class CatchFailures:
    """Answer with a page, and log class and place, where something unforeseen went wrong.

    The framework's own answer would go round the security headers, and its log could quote words.
    """

    def __init__(self, app: ASGIApp, *, pages: Pages) -> None:
        self._app, self._pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:  # noqa: BLE001  whatever it is, a person waits for an answer
            tell(error)
            if scope["type"] == "http" and not has_begun:
                page = refusal_page(self._pages, UNEXPECTED, Request(scope))
                await page(scope, receive, send)


def tell(error: Exception) -> None:
    if isinstance(error, DatabaseAway):
        log.error("console.database_away", error=str(error))
        return
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
    log.error("console.failed", error=type(error).__name__, where=where)

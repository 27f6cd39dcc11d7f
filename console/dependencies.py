"""What the pages ask for: the console's parts, the member at work, the signal's reference.

`current_session` guards every page behind the sign-in, and every form of one by its token: a new
route cannot forget either.
"""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from console.errors import SessionLost, SessionsAway
from console.forms import Kept, PostedForm, kept_from, read_form
from console.pages import Pages
from console.sessions import (
    Session,
    cookie_name,
    find_session,
    refuse_other_sessions,
    refuse_other_sites,
)
from dispatch.absence import give_sign_of_life
from dispatch.desk import Desk
from dispatch.drafts import Gone, where_it_went
from dispatch.errors import SignalNotFound
from dispatch.queue import find_signal
from intake.rate_limits import RateLimits
from records.errors import DatabaseAway
from records.sessions import SessionVault
from runtime.live import Live
from runtime.settings import Settings

_REF: Final = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{3}")
_READING: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Console:
    """What the pages work with, built once for an app; `sleep` is a parameter for tests."""

    desk: Desk
    vault: SessionVault
    limits: RateLimits
    settings: Settings
    pages: Pages
    sleep: Callable[[float], Awaitable[None]]
    live: Live
    beat_seconds: float


def the_console(request: Request) -> Console:
    console: Console = request.app.state.console
    return console


Parts = Annotated[Console, Depends(the_console)]
Form = Annotated[PostedForm, Depends(read_form)]


async def maybe_session(request: Request, console: Parts) -> Session | None:
    cookie = request.cookies.get(cookie_name(console.settings))
    return await find_session(cookie, console.vault, console.desk)


async def current_session(request: Request, console: Parts, form: Form) -> Session:
    """The member at work; raises SessionLost, and FormRefused for a form not of this session."""
    keep_typed(request, form)
    if request.method not in _READING:
        refuse_other_sites(request)
    session = await maybe_session(request, console)
    if session is None:
        may_come_back = console.vault.is_away and cookie_name(console.settings) in request.cookies
        raise SessionsAway if may_come_back else SessionLost
    request.state.session = session
    # On a full disk what is kept can still be read: no page fails for this.
    with suppress(DatabaseAway):
        await give_sign_of_life(session.member, console.desk)
    if request.method not in _READING:
        refuse_other_sessions(form, session)
    return session


AtWork = Annotated[Session, Depends(current_session)]


async def visible_ref(request: Request, ref: str, session: AtWork, console: Parts) -> str:
    """The reference, if its signal lies with the member's teams; else SignalNotFound, first of all.

    Whatever else a form lacks, another team's signal answers as one that does not exist.
    """
    if not _REF.fullmatch(ref):
        raise SignalNotFound
    try:
        async with console.desk.records.reading() as tx:
            request.state.team = (await find_signal(ref, session.member, tx)).team
    except SignalNotFound:
        acts = request.method not in _READING
        request.state.gone = await where_it_went(
            ref, kept_of(request).drafts(), session.member, console.desk, acts=acts
        )
        raise
    return ref


Ref = Annotated[str, Depends(visible_ref)]


def keep_typed(request: Request, form: PostedForm) -> None:
    """Remember what was typed, for whatever page answers."""
    ref = request.path_params.get("ref", "") or form.line("ref")
    request.state.kept = kept_from(form, ref=ref)


def kept_of(request: Request) -> Kept:
    kept: Kept = getattr(request.state, "kept", Kept("", {}))
    return kept


def gone_of(request: Request) -> Gone | None:
    """Where the signal of this page went, for who had it in hand."""
    gone: Gone | None = getattr(request.state, "gone", None)
    return gone


def session_of(request: Request) -> Session | None:
    session: Session | None = getattr(request.state, "session", None)
    return session

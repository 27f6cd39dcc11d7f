"""The queue: what comes next, what waits, what is closed; and the page of help."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from console.dependencies import AtWork, Console, Form, Parts
from console.pages import BASE, see_other
from console.sessions import Session
from dispatch.own_alerts import own_alerts
from dispatch.queue import (
    Queue,
    claim_next,
    is_taken_by,
    list_queue,
    next_free,
    number_in_quarantine,
    numbers_in_queue,
    waiting_alerts,
)
from triage.vocabulary import Level

router = APIRouter()

REFRESH_SECONDS: Final = 60
ROWS_SHOWN: Final = 100
Page = Annotated[int, Query(ge=1, le=100_000)]
TABS: Final = {Queue.OPEN: "/", Queue.QUARANTINE: "/quarantaine", Queue.CLOSED: "/clos"}


@router.get("/")
async def open_ones(
    session: AtWork, console: Parts, page: Page = 1, fait: str = "", rafraichir: str = ""
) -> Response:
    return await _list(
        Queue.OPEN, session, console, page=page, notice=fait, refresh=rafraichir != "non"
    )


@router.get("/quarantaine")
async def quarantine(
    session: AtWork, console: Parts, page: Page = 1, fait: str = "", rafraichir: str = ""
) -> Response:
    return await _list(
        Queue.QUARANTINE, session, console, page=page, notice=fait, refresh=rafraichir != "non"
    )


@router.get("/clos")
async def closed(
    session: AtWork, console: Parts, page: Page = 1, fait: str = "", rafraichir: str = ""
) -> Response:
    return await _list(
        Queue.CLOSED, session, console, page=page, notice=fait, refresh=rafraichir != "non"
    )


@router.post("/prendre")
async def take_next(session: AtWork, console: Parts, form: Form) -> Response:
    """Claim the most urgent signal that nobody has, and open it; a double click claims one."""
    shown = form.line("shown")
    if await _is_mine(shown, session, console):
        return see_other(f"/signaux/{shown}", notice="claimed")
    ref = await claim_next(session.member, console.desk)
    if ref is None:
        return see_other("/", notice="nothing_to_take")
    return see_other(f"/signaux/{ref}", notice="claimed")


@router.get("/chercher")
async def look_up(session: AtWork, ref: str = "") -> Response:
    """A reference as it is said on the telephone: `7k3q2m` opens 7K3-Q2M."""
    letters = "".join(c for c in ref.upper() if c.isascii() and c.isalnum())[:6]
    return see_other(f"/signaux/{letters[:3]}-{letters[3:]}" if letters else "/")


@router.get("/aide")
async def help_page(session: AtWork, console: Parts) -> Response:
    return console.pages.show(
        "help.html", session=session, allowances=console.desk.point.deadlines.allowances
    )


async def _is_mine(ref: str, session: Session, console: Console) -> bool:
    """The button stands beside a signal that nobody has: if it is mine, this click is a second."""
    return await is_taken_by(ref, session.member, console.desk)


async def _list(
    queue: Queue, session: Session, console: Console, *, page: int, notice: str, refresh: bool
) -> Response:
    member, desk = session.member, console.desk
    rows = await list_queue(
        member, desk, queue=queue, limit=ROWS_SHOWN, offset=(page - 1) * ROWS_SHOWN
    )
    counts = {} if queue is Queue.CLOSED else await numbers_in_queue(member, desk, queue=queue)
    pages = max(1, -(-sum(counts.values()) // ROWS_SHOWN))
    path = f"{BASE}{TABS[queue]}"
    here = path if page == 1 else f"{path}?page={page}"
    upcoming = await next_free(member, desk) if queue is Queue.OPEN else ()
    return console.pages.show(
        "queue.html",
        headers={"refresh": f"{REFRESH_SECONDS}; url={here}"} if refresh else {},
        session=session,
        notice=console.pages.notice(notice),
        queue=queue,
        path=path,
        page=page,
        pages=pages,
        tabs=TABS,
        rows=rows,
        in_quarantine=await number_in_quarantine(member, desk),
        counts=[(level, counts[level]) for level in reversed(Level) if counts.get(level)],
        upcoming=upcoming[0] if upcoming else None,
        alerts=await waiting_alerts(member, desk),
        told=len(await own_alerts(member, desk)),
        shows_team=member.scope is None or len(member.teams) > 1,
        refreshes=refresh,
    )

"""The queue: what comes next, what waits, what is closed; and the page of help."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from console.dependencies import AtWork, Console, Form, Parts
from console.pages import BASE, see_other
from console.sessions import Session
from dispatch.own_alerts import own_alerts
from dispatch.queue import (
    Numbers,
    Queue,
    QueueRow,
    claim_next,
    is_taken_by,
    list_queue,
    next_free,
    numbers_open,
    waiting_alerts,
)
from triage.signs import plain
from triage.vocabulary import Level

router = APIRouter()

REFRESH_SECONDS: Final = 60
ROWS_SHOWN: Final = 50
_MOST_DIGITS: Final = 9


def _page(page: str = "") -> int:
    """The number in the address; what is none is the first page, and too much the last."""
    digits = page.strip()
    return max(1, int(digits[:_MOST_DIGITS])) if digits.isdecimal() else 1


Page = Annotated[int, Depends(_page)]
TABS: Final = {Queue.OPEN: "/", Queue.QUARANTINE: "/quarantaine", Queue.CLOSED: "/clos"}


@router.get("/")
async def open_ones(
    session: AtWork, console: Parts, page: Page, fait: str = "", rafraichir: str = ""
) -> Response:
    return await _list(
        Queue.OPEN, session, console, page=page, notice=fait, refresh=rafraichir != "non"
    )


@router.get("/quarantaine")
async def quarantine(
    session: AtWork, console: Parts, page: Page, fait: str = "", rafraichir: str = ""
) -> Response:
    return await _list(
        Queue.QUARANTINE, session, console, page=page, notice=fait, refresh=rafraichir != "non"
    )


@router.get("/clos")
async def closed(
    session: AtWork, console: Parts, page: Page, fait: str = "", rafraichir: str = ""
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
    letters = "".join(c for c in plain(ref).text.upper() if c.isascii() and c.isalnum())[:6]
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
    numbers = await numbers_open(member, desk)
    counts = _counts(queue, numbers)
    pages = max(1, -(-sum(counts.values()) // ROWS_SHOWN))
    # The list grew shorter, or an old address was kept: the last page there is.
    page = min(page, pages)
    rows = await list_queue(
        member, desk, queue=queue, limit=ROWS_SHOWN, offset=(page - 1) * ROWS_SHOWN
    )
    path = f"{BASE}{TABS[queue]}"
    here = path if page == 1 else f"{path}?page={page}"
    upcoming = await _upcoming(rows, page, session, console) if queue is Queue.OPEN else None
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
        in_quarantine=sum(numbers.quarantine.values()),
        counts=[(level, counts[level]) for level in reversed(Level) if counts.get(level)],
        upcoming=upcoming,
        alerts=await waiting_alerts(member, desk),
        told=len(await own_alerts(member, desk)),
        shows_team=member.scope is None or len(member.teams) > 1,
        refreshes=refresh,
    )


def _counts(queue: Queue, numbers: Numbers) -> Mapping[Level, int]:
    if queue is Queue.CLOSED:
        return {}
    return numbers.quarantine if queue is Queue.QUARANTINE else numbers.open


async def _upcoming(
    rows: Sequence[QueueRow], page: int, session: Session, console: Console
) -> QueueRow | None:
    """The most urgent signal that nobody has: mostly it stands on the first page already."""
    free = [row for row in rows if row.owner_id is None] if page == 1 else []
    free = free or list(await next_free(session.member, console.desk))
    return free[0] if free else None

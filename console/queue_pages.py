"""The queue: what comes next, what waits, what is closed; and the page of help."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Response

from console.dependencies import AtWork, Console, Form, Parts
from console.pages import BASE, see_other
from console.sessions import Session
from dispatch.queue import (
    Queue,
    QueueRow,
    claim_next,
    list_queue,
    number_in_quarantine,
    waiting_alerts,
)
from triage.vocabulary import Level

router = APIRouter()

REFRESH_SECONDS: Final = 60
TABS: Final = {Queue.OPEN: "/", Queue.QUARANTINE: "/quarantaine", Queue.CLOSED: "/clos"}


@router.get("/")
async def open_ones(
    session: AtWork, console: Parts, fait: str = "", rafraichir: str = ""
) -> Response:
    return await _list(Queue.OPEN, session, console, notice=fait, refresh=rafraichir != "non")


@router.get("/quarantaine")
async def quarantine(
    session: AtWork, console: Parts, fait: str = "", rafraichir: str = ""
) -> Response:
    return await _list(Queue.QUARANTINE, session, console, notice=fait, refresh=rafraichir != "non")


@router.get("/clos")
async def closed(session: AtWork, console: Parts, fait: str = "", rafraichir: str = "") -> Response:
    return await _list(Queue.CLOSED, session, console, notice=fait, refresh=rafraichir != "non")


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
    rows = await list_queue(session.member, console.desk, queue=Queue.OPEN)
    return any(row.ref == ref and row.owner_id == session.member.id for row in rows)


async def _list(
    queue: Queue, session: Session, console: Console, *, notice: str, refresh: bool
) -> Response:
    member, desk = session.member, console.desk
    rows = await list_queue(member, desk, queue=queue)
    path = f"{BASE}{TABS[queue]}"
    return console.pages.show(
        "queue.html",
        headers={"refresh": f"{REFRESH_SECONDS}; url={path}"} if refresh else {},
        session=session,
        notice=console.pages.notice(notice),
        queue=queue,
        path=path,
        tabs=TABS,
        rows=rows,
        in_quarantine=await number_in_quarantine(member, desk),
        counts=_counts(rows),
        upcoming=_next(rows) if queue is Queue.OPEN else None,
        alerts=await waiting_alerts(member, desk),
        shows_team=member.scope is None or len(member.teams) > 1,
        refreshes=refresh,
    )


def _counts(rows: Sequence[QueueRow]) -> list[tuple[Level, int]]:
    found = Counter(row.level for row in rows)
    return [(level, found[level]) for level in reversed(Level) if found[level]]


def _next(rows: Sequence[QueueRow]) -> QueueRow | None:
    return next((row for row in rows if row.owner_id is None), None)

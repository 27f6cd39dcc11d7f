"""Who is on call, and what whoever takes over a shift must know."""

from datetime import date
from typing import Final

from fastapi import APIRouter, Response

from console.dependencies import AtWork, Console, Form, Parts
from console.errors import UnknownChoice
from console.forms import PostedForm
from console.pages import see_other
from dispatch.handover import read_handovers, take_handover
from dispatch.roster import may_edit_roster, put_on_call, read_roster
from dispatch.roster_calendar import as_calendar

router = APIRouter()

WEEKS_SHOWN: Final = 8
WEEKS_EXPORTED: Final = 26


@router.get("/astreinte")
async def roster(session: AtWork, console: Parts, fait: str = "") -> Response:
    page = await read_roster(session.member, console.desk, weeks=WEEKS_SHOWN)
    return console.pages.show(
        "roster.html",
        session=session,
        notice=console.pages.notice(fait),
        weeks=page.weeks,
        choices=page.choices,
        may_edit=may_edit_roster(session.member),
    )


@router.post("/astreinte")
async def edit_roster(session: AtWork, console: Parts, form: Form) -> Response:
    """Put one member down for a week of a team; nobody where none is chosen."""
    chosen = form.an_id("member") if form.line("member") else None
    await put_on_call(form.line("team"), _week(form), chosen, session.member, console.desk)
    return see_other("/astreinte", notice="roster_edited")


@router.get("/astreinte.ics")
async def roster_as_calendar(session: AtWork, console: Parts) -> Response:
    page = await read_roster(session.member, console.desk, weeks=WEEKS_EXPORTED)
    title = console.pages.texts("roster.heading")
    content = as_calendar(
        [(week, _summary(week.team, week.name, console)) for week in page.weeks],
        title=title,
        now=console.desk.clock(),
    )
    headers = {"content-disposition": 'attachment; filename="astreinte.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/releve")
async def handover(session: AtWork, console: Parts, fait: str = "") -> Response:
    return console.pages.show(
        "handover.html",
        session=session,
        notice=console.pages.notice(fait),
        pages=await read_handovers(session.member, console.desk),
    )


@router.post("/releve")
async def take_over_shift(session: AtWork, console: Parts, form: Form) -> Response:
    await take_handover(form.line("team"), session.member, console.desk)
    return see_other("/releve", notice="handover_taken")


def _summary(team: str, name: str, console: Console) -> str:
    return console.pages.texts("roster.event", team=console.pages.team_name(team), name=name)


def _week(form: PostedForm) -> date:
    try:
        return date.fromisoformat(form.line("week"))
    except ValueError:
        raise UnknownChoice from None

"""What the member was told, « vu », and by which ways they are told."""

from uuid import UUID

from fastapi import APIRouter, Response

from console.dependencies import AtWork, Console, Form, Parts
from console.pages import see_other
from console.sessions import Session
from dispatch.own_alerts import channels_down, given_up, mark_seen, own_alerts
from dispatch.staff_chat import is_linked, new_code, unlink

router = APIRouter()


@router.get("/alertes")
async def alerts(session: AtWork, console: Parts, fait: str = "") -> Response:
    return await _show(session, console, notice=console.pages.notice(fait))


@router.post("/alertes/vu")
async def seen(session: AtWork, console: Parts, form: Form) -> Response:
    """« Vu »: one alert, or all of them where none is named."""
    named = form.line("alert")
    one: UUID | None = form.an_id("alert") if named else None
    await mark_seen(session.member.id, console.desk, notification_id=one)
    return see_other("/alertes", notice="seen")


@router.post("/alertes/telegram")
async def link_chat(session: AtWork, console: Parts) -> Response:
    """A one-time code, shown on this page only."""
    return await _show(session, console, code=await new_code(session.member, console.desk))


@router.post("/alertes/telegram/fin")
async def unlink_chat(session: AtWork, console: Parts) -> Response:
    await unlink(session.member.id, console.desk)
    return see_other("/alertes", notice="unlinked")


async def _show(
    session: Session, console: Console, *, notice: str = "", code: str = ""
) -> Response:
    member, desk = session.member, console.desk
    return console.pages.show(
        "alerts.html",
        session=session,
        notice=notice,
        alerts=await own_alerts(member, desk),
        down=await channels_down(desk),
        given_up=await given_up(member, desk),
        is_linked=await is_linked(member, desk),
        code=code,
    )

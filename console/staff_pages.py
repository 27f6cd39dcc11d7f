"""Who is in the team: names, addresses, roles, teams, and who leaves or comes back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from console.dependencies import AtWork, Form, Parts
from console.pages import see_other
from console.sessions import Session
from dispatch.administration import (
    may_administer,
    may_see_staff,
    read_staff,
    refuse_oneself,
    refuse_who_may_not,
    teams_to_give,
)
from dispatch.errors import NotAllowed
from dispatch.routing import SUPERVISION
from dispatch.staff_changes import change_role, change_teams, disable_member, enable_member
from dispatch.staff_contact import change_email, change_phone, rename_member
from records.tables import Role

router = APIRouter()


async def administrator(session: AtWork) -> Session:
    refuse_who_may_not(session.member)
    return session


Administrator = Annotated[Session, Depends(administrator)]


@router.get("/membres")
async def members(session: AtWork, console: Parts, fait: str = "") -> Response:
    member, desk = session.member, console.desk
    return console.pages.show(
        "staff.html",
        session=session,
        notice=console.pages.notice(fait),
        colleagues=await read_staff(member, desk),
        may_administer=may_administer(member),
        gives=teams_to_give(member),
        teams=[team.code for team in desk.point.teams],
        roles=tuple(Role),
        supervision=SUPERVISION,
    )


@router.post("/membres/{who}/nom")
async def rename(who: UUID, session: Administrator, console: Parts, form: Form) -> Response:
    await rename_member(who, form.line("name"), console.desk, by=session.member)
    return see_other("/membres", notice="member_changed")


@router.post("/membres/{who}/adresse")
async def readdress(who: UUID, session: Administrator, console: Parts, form: Form) -> Response:
    await change_email(who, form.line("email"), console.desk, by=session.member)
    return see_other("/membres", notice="member_changed")


@router.post("/membres/{who}/telephone")
async def renumber(who: UUID, session: Administrator, console: Parts, form: Form) -> Response:
    await change_phone(who, form.line("phone"), console.desk, by=session.member)
    return see_other("/membres", notice="member_changed")


@router.post("/membres/{who}/role")
async def other_role(who: UUID, session: Administrator, console: Parts, form: Form) -> Response:
    refuse_oneself(session.member, who)
    await change_role(who, form.choice("role", Role), console.desk, by=session.member)
    return see_other("/membres", notice="member_changed")


@router.post("/membres/{who}/equipes")
async def other_teams(who: UUID, session: AtWork, console: Parts, form: Form) -> Response:
    """Only the teams that this member may decide of; the others stay as they are."""
    member, desk = session.member, console.desk
    if not may_see_staff(member):
        raise NotAllowed
    refuse_oneself(member, who)
    [held] = [one.teams for one in await read_staff(member, desk) if one.id == who] or [()]
    decided = held if may_administer(member) else teams_to_give(member)
    wanted = {team for team in decided if form.line(f"team-{team}")}
    kept = {team for team in held if team not in decided or team == SUPERVISION}
    await change_teams(who, wanted | kept, desk, by=member)
    return see_other("/membres", notice="member_changed")


@router.post("/membres/{who}/depart")
async def leave(who: UUID, session: Administrator, console: Parts, form: Form) -> Response:
    refuse_oneself(session.member, who)
    if not form.line("sure"):
        return see_other("/membres", notice="member_not_sure")
    await disable_member(who, console.desk, by=session.member)
    return see_other("/membres", notice="member_left")


@router.post("/membres/{who}/retour")
async def come_back(who: UUID, session: Administrator, console: Parts) -> Response:
    await enable_member(who, console.desk, by=session.member)
    return see_other("/membres", notice="member_back")

"""`point-ecoute staff`: members, their teams and their passwords."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from cli.install import read_recovery
from cli.options import Data
from cli.parts import open_desk
from cli.typed_secrets import never_an_option
from dispatch.desk import Desk, SignedIn
from dispatch.members import NewMember, add_member, reset_password
from dispatch.routing import SUPERVISION
from dispatch.sign_in import sign_in
from dispatch.staff_changes import change_role, change_teams, disable_member, enable_member
from dispatch.staff_contact import change_email, change_phone, rename_member
from records.sealing import SecretKey
from records.tables import Role
from runtime.errors import SettingsError
from runtime.settings import PREFIX, Settings, load_settings

app = typer.Typer(help="Members of staff: who is there, who comes, who leaves.")
SHORTEST_PASSWORD = 12
T = TypeVar("T")

Voucher = Annotated[
    str | None,
    typer.Option(help="A member of these teams who vouches, instead of the recovery key."),
]
Email = Annotated[str, typer.Option(help="The member's address, to sign in with.")]
Recovery = Annotated[
    str | None,
    typer.Option(
        envvar=f"{PREFIX}RECOVERY_KEY",
        callback=never_an_option,
        hidden=True,
        help="The recovery key; asked for where not given.",
    ),
]
Password = Annotated[
    str,
    typer.Option(
        envvar=f"{PREFIX}NEW_PASSWORD",
        prompt="New password",
        hide_input=True,
        confirmation_prompt=True,
        callback=never_an_option,
        hidden=True,
        help="The member's password; asked for where not given.",
    ),
]


@app.command("add")
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="As colleagues know the member.")],
    password: Password,
    team: Annotated[
        list[str] | None, typer.Option(help="A team's code, or supervision; can be repeated.")
    ] = None,
    phone: Annotated[str, typer.Option(help="For text messages of alerts: 06 12 34 56 78.")] = "",
    role: Annotated[Role, typer.Option(help="An administrator is in no team.")] = Role.DUTY,
    by: Voucher = None,
    recovery_key: Recovery = None,
    data: Data = None,
) -> None:
    """Add a member of staff. A team's key is passed on by a member of it, or by recovery."""
    teams = tuple(team or ())
    new = NewMember(name, email, role, teams, _long_enough(password), phone)
    voucher = typer.prompt(f"Password of {by}", hide_input=True) if by else None
    recovery = None if by else _recovery(recovery_key)
    asyncio.run(_add(new, load_settings(data=data), by=by, voucher=voucher, recovery=recovery))
    typer.echo("member added")


@app.command("reset-password")
def reset(
    email: Email, password: Password, recovery_key: Recovery = None, data: Data = None
) -> None:
    """Give a member a new password, with the recovery key."""
    recovery = _recovery(recovery_key)
    asyncio.run(_reset(email, _long_enough(password), load_settings(data=data), recovery))
    typer.echo("password changed")


@app.command("list")
def list_members(data: Data = None) -> None:
    """Who works here: address, name, role, teams, and who was disabled."""
    for line in asyncio.run(_lines(load_settings(data=data))):
        typer.echo(line)


@app.command("disable")
def disable(email: Email, data: Data = None) -> None:
    """Let somebody who left see, get and hold nothing any more; what they had goes back."""
    number = asyncio.run(_with_desk(load_settings(data=data), partial(disable_member, email)))
    typer.echo(f"member disabled; {number} open signals went back to their team")


@app.command("enable")
def enable(email: Email, data: Data = None) -> None:
    """Let somebody sign in again; then give them their teams with `staff teams`."""
    asyncio.run(_with_desk(load_settings(data=data), partial(enable_member, email)))
    typer.echo("member enabled, in no team yet")


@app.command("teams")
def teams(
    email: Email,
    team: Annotated[
        list[str] | None, typer.Option(help="Each team to be in; none takes all away.")
    ] = None,
    by: Voucher = None,
    recovery_key: Recovery = None,
    data: Data = None,
) -> None:
    """Put a member into just these teams. Taking away needs no key, giving does."""
    wanted = tuple(team or ())
    settings = load_settings(data=data)
    voucher = typer.prompt(f"Password of {by}", hide_input=True) if by else None
    recovery = None if by or not wanted else _recovery(recovery_key)

    async def change(desk: Desk) -> int:
        _refuse_unknown(wanted, desk)
        who = await sign_in(by, voucher or "", desk) if by else recovery
        return await change_teams(email, wanted, desk, by=who)

    number = asyncio.run(_with_desk(settings, change))
    typer.echo(f"teams changed; {number} open signals went back to their team")


@app.command("role")
def change_the_role(
    email: Email,
    role: Annotated[Role, typer.Option(help="An administrator is in no team.")],
    by: Voucher = None,
    recovery_key: Recovery = None,
    data: Data = None,
) -> None:
    """Let a member be something else; they sign in anew. A supervisor gets supervision's key."""
    settings = load_settings(data=data)
    voucher = typer.prompt(f"Password of {by}", hide_input=True) if by else None
    needs_key = role is Role.SUPERVISOR and not by
    recovery = _recovery(recovery_key) if needs_key else None

    async def change(desk: Desk) -> int:
        who = await sign_in(by, voucher or "", desk) if by else recovery
        return await change_role(email, role, desk, by=who)

    number = asyncio.run(_with_desk(settings, change))
    typer.echo(f"role changed; {number} open signals went back to their team")


@app.command("rename")
def rename(
    email: Email,
    name: Annotated[str, typer.Option(help="As colleagues know the member from now on.")],
    data: Data = None,
) -> None:
    """Give a member another name."""
    asyncio.run(_with_desk(load_settings(data=data), partial(rename_member, email, name)))
    typer.echo("name changed")


@app.command("email")
def move(
    email: Email,
    new: Annotated[str, typer.Option(help="The new address, to sign in with and for alerts.")],
    data: Data = None,
) -> None:
    """Give a member another address; the former one is theirs no more."""
    asyncio.run(_with_desk(load_settings(data=data), partial(change_email, email, new)))
    typer.echo("address changed")


@app.command("phone")
def phone(
    email: Email,
    new: Annotated[str, typer.Option(help="Like 06 12 34 56 78; an empty one takes it away.")],
    data: Data = None,
) -> None:
    """Give a member another telephone number for text messages of alerts."""
    asyncio.run(_with_desk(load_settings(data=data), partial(change_phone, email, new)))
    typer.echo("telephone changed" if new.strip() else "telephone taken away")


async def _with_desk(settings: Settings, act: Callable[[Desk], Awaitable[T]]) -> T:
    async with open_desk(settings) as desk:
        return await act(desk)


async def _lines(settings: Settings) -> list[str]:
    async with open_desk(settings) as desk, desk.records.reading() as tx:
        of: dict[UUID, list[str]] = {}
        for member_id, code in await tx.staff.memberships():
            of.setdefault(member_id, []).append(code)
        found = []
        for member in await tx.staff.members():
            contact = tx.staff.contact(member)
            state = "disabled" if member.disabled_at is not None else "active"
            held = ", ".join(sorted(of.get(member.id, []))) or "no team"
            found.append(f"{contact.email}  {contact.name}  {member.role.value}  {held}  {state}")
        return found


def _refuse_unknown(teams: Iterable[str], desk: Desk) -> None:
    known = {team.code for team in desk.point.teams} | {SUPERVISION}
    if unknown := [code for code in teams if code not in known]:
        raise SettingsError([f"--team: no team {code}" for code in unknown])


def _recovery(given: str | None) -> SecretKey:
    return read_recovery(given or typer.prompt("Recovery key", hide_input=True))


def _long_enough(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise SettingsError([f"password: at least {SHORTEST_PASSWORD} characters"])
    return password


async def _add(
    new: NewMember,
    settings: Settings,
    *,
    by: str | None,
    voucher: str | None,
    recovery: SecretKey | None,
) -> None:
    async with open_desk(settings) as desk:
        _refuse_unknown(new.teams, desk)
        who: SecretKey | SignedIn
        if recovery is not None:
            who = recovery
        else:
            who = await sign_in(by or "", voucher or "", desk)
        await add_member(new, desk, by=who)


async def _reset(email: str, password: str, settings: Settings, recovery: SecretKey) -> None:
    async with open_desk(settings) as desk:
        await reset_password(email, password, desk, recovery=recovery)

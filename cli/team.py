"""`point-ecoute team`: give a team that the listening point names its key."""

import asyncio
from typing import Annotated

import typer

from cli.options import Data
from cli.parts import open_desk
from dispatch.install import add_team
from runtime.errors import SettingsError
from runtime.settings import Settings, load_settings

app = typer.Typer(help="Teams: the listening point names them, here they get their keys.")


@app.command("add")
def add(
    code: Annotated[str, typer.Argument(help="The team's code in teams.toml, e.g. douaisis.")],
    data: Data = None,
) -> None:
    """Give a team its key. Until then its signals go to coordination."""
    asyncio.run(_add(code, load_settings(data=data)))
    typer.echo(f"team {code} has its key; restart the web processes")


@app.command("list")
def show(data: Data = None) -> None:
    """List the teams and who has a key."""
    for line in asyncio.run(_list(load_settings(data=data))):
        typer.echo(line)


async def _add(code: str, settings: Settings) -> None:
    async with open_desk(settings) as desk:
        codes = [team.code for team in desk.point.teams]
        if code not in codes:
            raise SettingsError([f"{code}: not in teams.toml, which has {', '.join(codes)}"])
        await add_team(code, desk)


async def _list(settings: Settings) -> list[str]:
    async with open_desk(settings) as desk:
        async with desk.records.reading() as tx:
            with_key = {team.code for team in await tx.staff.teams()}
        return [
            f"{team.code:20} {'key' if team.code in with_key else 'no key yet'}  {team.name}"
            for team in desk.point.teams
        ]

"""`point-ecoute keys`: rotate a key of the server's file in two steps, without downtime."""

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from cli.options import Data
from cli.preconditions import mark_key_file, refuse_missing_database
from records.server_keys import prepare_version, switch_version
from runtime.settings import Settings, load_settings

app = typer.Typer(help="The server's keys: prepare a new version, then switch to it.")


class KeyName(StrEnum):
    PEPPER = "pepper"
    CONTACT = "contact"
    CODES = "codes"
    AUDIT = "audit"


Name = Annotated[KeyName, typer.Argument(help="Which key.")]


@app.command("prepare")
def prepare(name: Name, data: Data = None) -> None:
    """Add a version that every process reads and none writes with yet; then restart them all."""
    settings = load_settings(data=data)
    asyncio.run(_refuse_wrong(settings))
    number = prepare_version(settings.keys, name.value)
    asyncio.run(mark_key_file(settings))
    typer.echo(f"{name.value}: version {number} is there; restart every process, one at a time,")
    typer.echo(f"back the key file up, then: point-ecoute keys switch {name.value}")


@app.command("switch")
def switch(name: Name, data: Data = None) -> None:
    """Write with the newest version from the next start on; the former ones go on reading."""
    settings = load_settings(data=data)
    asyncio.run(_refuse_wrong(settings))
    number = switch_version(settings.keys, name.value)
    asyncio.run(mark_key_file(settings))
    typer.echo(f"{name.value}: version {number} is current; restart every process, one at a time")


async def _refuse_wrong(settings: Settings) -> None:
    """A new version in the wrong file, or in an old copy, would be a third kind of file."""
    await refuse_missing_database(settings)
    await mark_key_file(settings)

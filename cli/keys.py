"""`point-ecoute keys`: rotate a key of the server's file in two steps, without downtime."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.options import Data
from records.server_keys import prepare_version, switch_version
from runtime.settings import load_settings

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
    number = prepare_version(load_settings(data=data).keys, name.value)
    typer.echo(f"{name.value}: version {number} is there; restart every process, one at a time,")
    typer.echo(f"back the key file up, then: point-ecoute keys switch {name.value}")


@app.command("switch")
def switch(name: Name, data: Data = None) -> None:
    """Write with the newest version from the next start on; the former ones go on reading."""
    number = switch_version(load_settings(data=data).keys, name.value)
    typer.echo(f"{name.value}: version {number} is current; restart every process, one at a time")

"""`point-ecoute audit`: verify that the trail of readings is whole."""

import asyncio

import typer

from cli.options import Data
from cli.parts import open_desk
from records.audit import AuditVerdict
from runtime.settings import Settings, load_settings

app = typer.Typer(help="The trail of who read and did what.", no_args_is_help=True)


@app.callback()
def trail() -> None:
    """The trail of who read and did what."""


@app.command("verify")
def verify(data: Data = None) -> None:
    """Walk the chain. Note number and mac elsewhere: they show later if lines were cut off."""
    verdict = asyncio.run(_verify(load_settings(data=data)))
    if verdict.broken_at is not None:
        typer.echo(f"broken at line {verdict.broken_at}: altered, removed or inserted", err=True)
        raise typer.Exit(1)
    typer.echo(f"{verdict.lines} lines, whole; last mac {verdict.last_mac.hex()}")


async def _verify(settings: Settings) -> AuditVerdict:
    async with open_desk(settings) as desk, desk.records.reading() as tx:
        return await tx.audit.verify()

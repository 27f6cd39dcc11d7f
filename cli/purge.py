"""`point-ecoute purge`: erase what has been kept long enough; the worker does it daily."""

import asyncio
from typing import Annotated

import typer

from cli.options import Data
from cli.parts import open_desk
from cli.preconditions import refuse_unready
from dispatch.purge import PurgeReport, purge
from dispatch.retention import Fate
from runtime.settings import Settings, load_settings

_SAID = {
    Fate.ERASE: "erased",
    Fate.ERASE_CONTENT: "content erased, minimal record kept",
    Fate.KEPT: "kept: their time has not come",
    Fate.HELD_OPEN: "held: still open",
    Fate.HELD_UNREAD: "held: a message nobody has read",
    Fate.HELD_UNASSIGNED: "held: nobody has it",
    Fate.HELD_CRITICAL: "held: critical, for a supervisor to rate anew",
    Fate.HELD_RECENT: "held: a message of the last days",
}


def purge_command(
    data: Data = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
) -> None:
    """Erase signals by retention.toml; only counts of them stay."""
    report = asyncio.run(_purge(load_settings(data=data), dry_run=dry_run))
    for fate, number in sorted(report.counts.items(), key=lambda one: -one[1]):
        typer.echo(f"{number:6}  {_SAID[fate]}")
    if not report.counts:
        typer.echo("nothing is old enough")
    if dry_run:
        typer.echo("dry run: nothing was changed")


async def _purge(settings: Settings, *, dry_run: bool) -> PurgeReport:
    await refuse_unready(settings)
    async with open_desk(settings) as desk:
        return await purge(desk, dry_run=dry_run)

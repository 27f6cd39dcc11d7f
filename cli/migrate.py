"""`point-ecoute migrate`: bring the database's tables to this version."""

import asyncio
from typing import Annotated

import typer

from cli.options import Data
from records import migrate as migrations
from runtime.settings import load_settings


def migrate(
    data: Data = None,
    down_to: Annotated[
        str | None, typer.Option(help="Go back to this version instead (data may be lost).")
    ] = None,
) -> None:
    """Bring the database's tables to this version; safe to repeat."""
    settings = load_settings(data=data)
    settings.data.mkdir(parents=True, exist_ok=True)
    if down_to is not None:
        asyncio.run(migrations.migrate_down(settings.database, to=down_to))
    else:
        asyncio.run(migrations.migrate(settings.database))
    current, _ = asyncio.run(migrations.schema_version(settings.database))
    typer.echo(f"database at version {current or 'none'}")

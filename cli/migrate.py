"""`point-ecoute migrate`: bring the database's tables to this version."""

import asyncio
from typing import Annotated

import typer

from cli.database_sentences import away_sentence
from cli.install import bring_tables
from cli.options import Data
from records import migrate as migrations
from records.errors import DatabaseAway
from runtime.errors import SettingsError
from runtime.settings import Settings, load_settings


def migrate(
    data: Data = None,
    down_to: Annotated[
        str | None, typer.Option(help="Go back to this version instead (data may be lost).")
    ] = None,
) -> None:
    """Bring the database's tables to this version; safe to repeat."""
    settings = load_settings(data=data)
    if down_to is None:
        asyncio.run(bring_tables(settings))
    else:
        asyncio.run(_go_back(settings, down_to))
    current, _ = asyncio.run(migrations.schema_version(settings.database))
    typer.echo(f"database at version {current or 'none'}")


async def _go_back(settings: Settings, version: str) -> None:
    if version != "base" and not migrations.knows_version(version):
        raise SettingsError([f"--down-to: no version {version}; `base` takes every table away"])
    try:
        await migrations.migrate_down(settings.database, to=version)
    except DatabaseAway as away:
        raise SettingsError([away_sentence(settings, away)]) from None

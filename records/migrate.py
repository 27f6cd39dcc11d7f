"""Bring a database's tables to a version of the code, up or down."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from records.database import away_told, is_sqlite

MIGRATIONS: Final = Path(__file__).parent / "migrations"


async def migrate(url: str, *, to: str = "head") -> None:
    """Upgrade to `to`; on PostgreSQL in one transaction."""
    await _run(url, lambda config: command.upgrade(config, to))


async def migrate_down(url: str, *, to: str) -> None:
    await _run(url, lambda config: command.downgrade(config, to))


async def schema_version(url: str) -> tuple[str | None, str]:
    """(the database's version, the code's newest); DatabaseAway where it does not answer."""
    engine = create_async_engine(url)
    try:
        with away_told():
            async with engine.connect() as connection:
                current = await connection.run_sync(
                    lambda c: MigrationContext.configure(c).get_current_revision()
                )
    finally:
        await engine.dispose()
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return current, str(newest)


async def _run(url: str, act: Callable[[Config], None]) -> None:
    engine = create_async_engine(url)
    try:
        if is_sqlite(url):
            # Once and for good: several processes that switched it at their start would clash.
            async with engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        async with engine.begin() as connection:
            await connection.run_sync(lambda c: act(_config(c)))
    finally:
        await engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config

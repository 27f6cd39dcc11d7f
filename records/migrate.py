"""Bring a database's tables to a version of the code, up or down."""

from asyncio import timeout
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from records.database import away_told, is_sqlite, keep_private, sqlite_file
from records.errors import UnknownVersion
from records.tables import Base

T = TypeVar("T")

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_PATIENCE_SECONDS: Final = 5


async def migrate(url: str, *, to: str = "head") -> None:
    """Upgrade to `to`; on PostgreSQL in one transaction. Raises DatabaseAway, UnknownVersion."""
    if is_sqlite(url):
        keep_private(sqlite_file(url))
    await _run(url, lambda config: command.upgrade(config, to))


async def migrate_down(url: str, *, to: str) -> None:
    await _run(url, lambda config: command.downgrade(config, to))


async def schema_version(url: str) -> tuple[str | None, str]:
    """(the database's version, the code's newest); DatabaseAway where it does not answer soon.

    A SQLite file that is not there stays so.
    """
    newest = str(ScriptDirectory(str(MIGRATIONS)).get_current_head())
    if is_sqlite(url) and not sqlite_file(url).exists():
        return None, newest
    current = await _ask(url, lambda c: MigrationContext.configure(c).get_current_revision())
    return current, newest


def knows_version(version: str) -> bool:
    """Whether a migration of this program leads there."""
    known = {one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    return version in known


async def schema_differences(url: str) -> list[str]:
    """In what a database of the newest version is not as the models are, a line each."""
    options = {"compare_type": True, "compare_server_default": True}

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))

    return [_said(one) for one in await _ask(url, compare)]


async def _ask(url: str, question: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url)
    try:
        with away_told():
            async with timeout(_PATIENCE_SECONDS), engine.connect() as connection:
                return await connection.run_sync(question)
    finally:
        await engine.dispose()


def _said(difference: Any) -> str:  # noqa: ANN401  alembic's own tuples
    """`add_…` is what is missing, `remove_…` what is too much; a list is of one column."""
    if isinstance(difference, list):
        what, _, table, column, *_ = difference[0]
        return f"column {table}.{column}: {what.removeprefix('modify_')} is another"
    what, *parts = difference
    verb, _, kind = what.partition("_")
    named = parts[-1]
    table = getattr(getattr(named, "table", None), "name", "") or ""
    whole = f"{table}.{named.name}" if table and kind != "table" else named.name
    return f"{kind} {whole}: {'missing' if verb == 'add' else 'is not of this version'}"


async def _run(url: str, act: Callable[[Config], None]) -> None:
    engine = create_async_engine(url)
    try:
        with away_told():
            if is_sqlite(url):
                # Once and for good: several processes that switched it at their start would clash.
                async with engine.connect() as connection:
                    await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            async with engine.begin() as connection:
                await connection.run_sync(lambda c: act(_config(c)))
    except CommandError as error:
        raise UnknownVersion(str(error)) from None
    finally:
        await engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config

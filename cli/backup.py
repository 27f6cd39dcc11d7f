"""`point-ecoute backup` and `restore`: the one-machine database, while it serves and back."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli.key_file import key_file_problem
from cli.options import Data
from cli.preconditions import folder_to_write, refuse_missing_database
from dispatch.listening_point import load_listening_point
from records import open_records
from records.database import is_sqlite, sqlite_file
from records.errors import CopyRefused, DatabaseAway
from records.migrate import knows_version, schema_version
from records.server_keys import load_key_file
from records.sqlite_copies import back_up, put_back
from runtime.clock import utc_now
from runtime.errors import SettingsError
from runtime.settings import Settings, load_settings


def backup(
    to: Annotated[Path, typer.Argument(help="A folder, or the name of a file that is not there.")],
    data: Data = None,
) -> None:
    """Copy the SQLite database while it is served: one file, sealed as it is, without the keys."""
    settings = load_settings(data=data)
    _refuse_postgresql(settings, "deploy/backup.sh FOLDER")
    asyncio.run(refuse_missing_database(settings))
    name = f"point-ecoute-{utc_now():%Y%m%dT%H%M%SZ}.db"
    target = to / name if to.is_dir() else to
    if not target.parent.is_dir():
        raise SettingsError([f"{target.parent}: no such folder: make it first, with rights 700"])
    back_up(sqlite_file(settings.database), target)
    typer.echo(target)
    typer.echo(
        f"The key file {settings.keys} is NOT in it, on purpose: keep a copy of it elsewhere."
        " Without it nothing of this backup can be opened.",
        err=True,
    )


def restore(
    backup: Annotated[Path, typer.Argument(help="The file that `backup` wrote.")],
    data: Data = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put a database that is there aside.")
    ] = False,
) -> None:
    """Bring a backup back: its key file must be in place, and every process stopped."""
    settings = load_settings(data=data)
    _refuse_postgresql(settings, "deploy/restore.sh DUMP")
    load_listening_point(settings.listening_point)
    load_key_file(settings.keys)
    target = sqlite_file(settings.database)
    folder_to_write(target.parent)

    def judge(part: Path) -> None:
        asyncio.run(_refuse_foreign(f"sqlite+aiosqlite:///{part.absolute()}", backup, settings))

    former = put_back(backup, target, replace=replace, judge=judge, at=utc_now())
    typer.echo(f"{target}: restored")
    if former is not None:
        typer.echo(f"{former}: the former database; remove it when all is in order")
    typer.echo("Now run: point-ecoute migrate && point-ecoute check")


def _refuse_postgresql(settings: Settings, script: str) -> None:
    if not is_sqlite(settings.database):
        raise SettingsError(
            [f"database: PostgreSQL has its own tools: use {script} (docs/operations.md)"]
        )


async def _refuse_foreign(url: str, backup: Path, settings: Settings) -> None:
    """The trail of who read what is chained with a key of the key file from its first line on.

    A line that was altered later keeps nobody from their data: `audit verify` tells of it.
    """
    current, newest = await schema_version(url)
    if current is None or not knows_version(current):
        raise CopyRefused(
            f"{backup}: at version {current or 'none'}, which this program does not know"
            f" (its newest is {newest}): restore it with the program that wrote it"
        )
    records = open_records(url, load_key_file(settings.keys))
    try:
        async with records.reading() as tx:
            if current == newest and (problem := await key_file_problem(settings, tx)):
                raise CopyRefused(f"{backup}: {problem}")
            verdict = await tx.audit.verify()
    except DatabaseAway as away:
        raise CopyRefused(f"{backup}: cannot be read ({away})") from None
    finally:
        await records.close()
    if verdict.lines == 0:
        raise CopyRefused(
            f"{backup}: does not belong to {settings.keys}: bring the key file of the same"
            " installation"
        )

"""`point-ecoute install`: key file, recovery key and teams' keys, once."""

import asyncio
from base64 import b32decode, b32encode
from binascii import Error as Base32Error

import typer

from cli.database_sentences import away_sentence
from cli.options import Data
from cli.parts import open_desk
from cli.preconditions import folder_to_write, refuse_missing_database
from dispatch.install import install as install_service
from records import migrate as migrations
from records import open_records
from records.database import is_sqlite, sqlite_file
from records.errors import DatabaseAway, UnknownVersion
from records.sealing import KEY_BYTES, SecretKey
from records.server_keys import create_key_file, make_server_keys
from runtime.errors import SettingsError
from runtime.settings import Settings, load_settings

_GROUP = 4


def install(data: Data = None) -> None:
    """Prepare a new deployment: tables, key file, recovery key, teams' keys.

    Prints the recovery key once: write it on paper, keep it off line, in two places.
    """
    settings = load_settings(data=data)
    recovery = asyncio.run(run_install(settings))
    typer.echo("Recovery key, shown once. Without it a forgotten password loses what only that")
    typer.echo("member could read. Write it on paper, keep it off line:\n")
    typer.echo(f"  {show_recovery(recovery)}\n")
    typer.echo("Next: point-ecoute staff add --email … --name … --team …")


async def run_install(settings: Settings) -> SecretKey:
    folder_to_write(settings.keys.parent)
    await bring_tables(settings)
    if not settings.keys.exists():
        await _refuse_installed(settings)
        create_key_file(settings.keys)
    async with open_desk(settings) as desk:
        return (await install_service(desk)).recovery


async def bring_tables(settings: Settings) -> None:
    """Make or bring up to date; SettingsError where the database cannot be asked."""
    if is_sqlite(settings.database):
        folder_to_write(sqlite_file(settings.database).parent)
    try:
        await migrations.migrate(settings.database)
    except DatabaseAway as away:
        raise SettingsError([away_sentence(settings, away)]) from None
    except UnknownVersion:
        await refuse_missing_database(settings)
        raise


async def _refuse_installed(settings: Settings) -> None:
    """New keys beside an installed database would open nothing of it: its own must be found."""
    records = open_records(settings.database, make_server_keys())
    try:
        async with records.reading() as tx:
            if await tx.staff.installation() is not None:
                raise SettingsError(
                    [f"{settings.keys}: missing, but the database is installed: bring its keys"]
                )
    finally:
        await records.close()


def show_recovery(secret: SecretKey) -> str:
    """Base32 in groups of four, as people copy it by hand."""
    letters = b32encode(secret.value).decode().rstrip("=")
    return "-".join(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))


def read_recovery(typed: str) -> SecretKey:
    letters = "".join(c for c in typed.upper() if c.isalnum())
    try:
        raw = b32decode(letters + "=" * (-len(letters) % 8))
        if len(raw) != KEY_BYTES:
            raise ValueError
    except (Base32Error, ValueError):
        raise SettingsError(["recovery key: 52 letters and digits are expected"]) from None
    return SecretKey(raw)

"""What must be in order before a process starts: `check` says it all, each process refuses it.

One list for both, so that `check` finds whatever `serve`, `bot` or `worker` would not start for.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

import stamina

from cli.database_sentences import away_sentence, may_pass
from cli.key_file import key_file_problem, refuse_wrong_key_file
from dispatch.desk import Desk
from dispatch.listening_point import ListeningPoint, load_listening_point
from dispatch.policies import changed_policy
from records import open_records
from records.database import is_sqlite, sqlite_file
from records.errors import DatabaseAway
from records.migrate import knows_version, schema_version
from records.server_keys import ServerKeys, load_key_file
from runtime import i18n
from runtime.clock import utc_now
from runtime.errors import ServiceError, SettingsError
from runtime.redis_check import redis_trouble
from runtime.settings import PREFIX, Settings

T = TypeVar("T")

_WAIT_SECONDS: Final = 5.0
_DOMAINS: Final = ("public", "staff")


async def refuse_unready(settings: Settings, *more: str, wait: float = _WAIT_SECONDS) -> None:
    """Raise SettingsError with all that is wrong with what every process needs, and `more`.

    A database that just starts is waited for, which is said at once.
    """
    if problems := [*more, *await find_preventing(settings, wait=wait)]:
        raise SettingsError(problems)
    await mark_key_file(settings)
    for warning in await redis_warnings(settings):
        print(f"point-ecoute: {warning}", file=sys.stderr)


async def redis_warnings(settings: Settings) -> list[str]:
    """Intake never closes for it: every process goes on, with sessions and limits of its own."""
    trouble = await redis_trouble(settings.redis) if settings.redis else None
    if trouble is None:
        return []
    return [f"{PREFIX}REDIS_URL: the server {trouble}; until then processes share no session"]


async def refuse_missing_database(settings: Settings) -> None:
    """Raise SettingsError where no command could do anything: the database alone is looked at."""
    found = _folder_problem(settings) or await _version_problem(settings, 0)
    if found is not None:
        raise SettingsError([found])


async def mark_key_file(settings: Settings) -> None:
    """Refuse a key file that is not the database's, as refuse_wrong_key_file does."""
    records = open_records(settings.database, load_key_file(settings.keys))
    try:
        await refuse_wrong_key_file(settings, records)
    finally:
        await records.close()


def half_set_up(settings: Settings) -> list[str]:
    """Settings that are nothing without another one."""
    pairs = (
        ("SMTP_URL", settings.smtp_url, "MAIL_FROM", settings.mail_from),
        ("SMS_WEBHOOK_URL", settings.sms_webhook_url,
         "SMS_WEBHOOK_SECRET", settings.sms_webhook_secret),
        ("BOT_WEBHOOK_SECRET", settings.bot_webhook_secret, "BOT_TOKEN", settings.bot_token),
    )  # fmt: skip
    return [
        f"{PREFIX}{other}: is needed beside {PREFIX}{one}"
        for one, given, other, wanted in pairs
        if given is not None and wanted is None
    ]


def bot_needs(settings: Settings) -> list[str]:
    if settings.bot_token is not None:
        return []
    return [f"{PREFIX}BOT_TOKEN: is needed; @BotFather gives one"]


async def find_preventing(settings: Settings, *, wait: float = 0) -> list[str]:
    """What no process would start for, a line each."""
    problems = missing_catalogues() + half_set_up(settings)
    point = tried(problems, lambda: load_listening_point(settings.listening_point))
    folder = _folder_problem(settings)
    keys = tried(problems, lambda: load_key_file(settings.keys))
    found = folder or await _version_problem(settings, wait)
    if found is not None:
        return [*problems, found]
    if point is not None and keys is not None and not problems:
        problems += await _content_problems(settings, point, keys)
    return problems


def tried(problems: list[str], act: Callable[[], T]) -> T | None:
    """What it gives; None with lines in `problems` where it is refused."""
    try:
        return act()
    except SettingsError as error:
        problems += error.problems
    except ServiceError as error:
        problems.append(str(error))
    return None


def missing_catalogues() -> list[str]:
    """The French texts are those that every page needs."""
    paths = [i18n.LOCALES / i18n.REFERENCE / "LC_MESSAGES" / f"{domain}.po" for domain in _DOMAINS]
    return [
        f"{path}: missing: install the program again, its texts are not whole"
        for path in paths
        if not path.is_file()
    ]


def folder_to_write(folder: Path) -> None:
    """Make the data folder, for its owner alone; SettingsError where that cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise SettingsError([_not_a_folder(folder)]) from None
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise SettingsError(
            [f"{folder}: the data folder cannot be made: {reason}: give another --data"]
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError([_not_writable(folder)])
    # Where only our files lie, the rights are ours to put right; `check` tells of any other.
    if all(_is_ours(path.name) for path in folder.iterdir()):
        with suppress(PermissionError):
            folder.chmod(0o700)


def _is_ours(name: str) -> bool:
    return name == "keys.json" or name.startswith("point-ecoute.db")


def _folder_problem(settings: Settings) -> str | None:
    """Of the folder that SQLite lies in; PostgreSQL needs none."""
    if not is_sqlite(settings.database):
        return None
    file = sqlite_file(settings.database)
    if file.parent.exists() and not file.parent.is_dir():
        return _not_a_folder(file.parent)
    if not file.exists():
        return (
            f"{file}: nothing is installed here: correct --data, or run point-ecoute install"
            " (run migrate makes tables alone)"
        )
    if not file.is_file():
        return f"{file}: is no file: the database is one file of SQLite"
    if not os.access(file.parent, os.W_OK | os.X_OK) or not os.access(file, os.R_OK | os.W_OK):
        return _not_writable(file.parent)
    return None


def _not_a_folder(path: Path) -> str:
    return f"{path}: is a file, and --data names a folder"


def _not_writable(folder: Path) -> str:
    return (
        f"{folder}: this process may not write there:"
        " give it to the user of this process (chown), with rights 700"
    )


async def _version_problem(settings: Settings, wait: float) -> str | None:
    try:
        current, newest = await _version(settings, wait)
    except DatabaseAway as away:
        return away_sentence(settings, away)
    if current is None:
        return "database: nothing is installed in it: run point-ecoute install, or run migrate"
    if current == newest:
        return None
    if knows_version(current):
        return f"database: at version {current}, {newest} is needed: run migrate"
    return (
        f"database: at version {current}, which this program does not know (its newest is"
        f" {newest}): start the newer program that it was used with"
    )


async def _version(settings: Settings, wait: float) -> tuple[str | None, str]:
    try:
        return await schema_version(settings.database)
    except DatabaseAway as away:
        if not wait or not may_pass(away):
            raise
        print(f"point-ecoute: {away_sentence(settings, away)} (waiting)", file=sys.stderr)
    again = stamina.AsyncRetryingCaller(attempts=None, timeout=wait, wait_max=1)
    return await again(DatabaseAway, schema_version, settings.database)


async def _content_problems(
    settings: Settings, point: ListeningPoint, keys: ServerKeys
) -> list[str]:
    records = open_records(settings.database, keys)
    try:
        async with records.reading() as tx:
            if await tx.staff.installation() is None:
                return ["database: it has tables but no keys yet: run point-ecoute install"]
            if wrong := await key_file_problem(settings, tx):
                return [wrong]
            changed = await changed_policy(Desk(records, point, utc_now), tx)
    except DatabaseAway as away:
        return [away_sentence(settings, away)]
    else:
        return [changed] if changed else []
    finally:
        await records.close()

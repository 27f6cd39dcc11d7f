"""Copies of the one-machine database: taken while it is served, put back whole or not at all."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from records.errors import CopyRefused

_BESIDE: Final = ("-wal", "-shm")
_BUSY_SECONDS: Final = 30
Judge = Callable[[Path], None]


def back_up(source: Path, target: Path) -> None:
    """Write a whole copy to `target`, a new file for its owner alone.

    By SQLite's online backup in one step: a moment between two transactions, readers and writers
    go on. What is sealed stays sealed. Raises CopyRefused, and then leaves nothing.
    """
    if target.exists():
        raise CopyRefused(f"{target}: is there already; a backup never writes over another")
    part = target.with_name(f"{target.name}.part")
    with _told(target):
        try:
            _copy(source, part)
            _keep(part)
            part.rename(target)
            _keep(target.parent)
        finally:
            _remove(part)


def put_back(
    backup: Path, target: Path, *, replace: bool, judge: Judge, at: datetime
) -> Path | None:
    """Make `target` what the backup holds; the former database stays beside it: its path, or None.

    Written beside, looked at (`judge` raises for what it refuses), then renamed: whoever is killed
    on the way leaves the former database or the new one. Raises CopyRefused.
    """
    if not backup.is_file():
        raise CopyRefused(f"{backup}: is no file; a backup is one file")
    if target.exists() and not replace:
        raise CopyRefused(
            f"{target}: there is a database already, nothing was changed; --replace puts it aside"
        )
    part = target.with_name(f"{target.name}.restoring")
    with _told(target):
        try:
            _copy(backup, part)
            judge(part)
            _keep(part)
            former = _set_aside(target, at) if target.exists() else None
            part.rename(target)
            _keep(target.parent)
        finally:
            _remove(part)
    return former


def _copy(source: Path, part: Path) -> None:
    _remove(part)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    address = f"{source.resolve().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)) as there,
        closing(sqlite3.connect(part)) as here,
    ):
        there.backup(here, pages=-1)
        # One file, without a log beside it that could be forgotten.
        here.execute("PRAGMA journal_mode=DELETE")
        if here.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise CopyRefused(f"{source}: is damaged: take another backup")
        tables = here.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'")
        if tables.fetchone() == (0,):
            raise CopyRefused(f"{source}: is no database of Point Écoute")


def _set_aside(target: Path, at: datetime) -> Path:
    """A second name for the former file, once nobody uses it: the first never lacks a database."""
    former = target.with_name(f"{target.name}.before-{at:%Y%m%dT%H%M%SZ}")
    try:
        with closing(sqlite3.connect(target, timeout=0)) as database:
            # Only who is alone may leave the log; what stands in it goes into the file.
            database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise CopyRefused(
                f"{target}: a process uses it, nothing was changed: stop every process first"
            ) from None
        _log_aside(target, former)
    except sqlite3.DatabaseError:  # it is damaged, which is why a backup is put back
        _log_aside(target, former)
    os.link(target, former)
    return former


def _log_aside(target: Path, former: Path) -> None:
    """The log of the former database must not be read into the new one."""
    for end in _BESIDE:
        log = target.with_name(f"{target.name}{end}")
        if log.exists():
            log.rename(former.with_name(f"{former.name}{end}"))


def _keep(path: Path) -> None:
    """On the disk, not on its way there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    for end in ("", "-journal", *_BESIDE):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorname", "") or type(error).__name__
        reason = {
            "SQLITE_NOTADB": "what was given is no SQLite database",
            "SQLITE_CORRUPT": "what was given is damaged",
            "SQLITE_FULL": "the disk is full",
            "SQLITE_BUSY": "the database is held by another process for too long",
        }.get(code, f"it could not be copied ({code})")
        raise CopyRefused(f"{target}: not written: {reason}") from None
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise CopyRefused(f"{target}: not written: {reason}") from None

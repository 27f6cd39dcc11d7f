"""The engine: what SQLite and PostgreSQL need each to keep what was acknowledged."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from records.errors import DatabaseAway

BUSY_TIMEOUT_MS = 30_000
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
POSTGRESQL_POOL = 16
_SQLITE_AWAY: Final = tuple(
    f"SQLITE_{code}"
    for code in ("BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN", "READONLY", "CORRUPT", "NOTADB",
                 "NOMEM", "PERM", "AUTH", "PROTOCOL")
)  # fmt: skip
# 08 connections; 28 passwords and roles; 3D000 no such database; 42501 not allowed; 53 disk, memory
# or connections ran out; 57P0 an operator's stop, and a start; 58 its own disk; 25006 a standby.
_POSTGRESQL_AWAY: Final = ("08", "28", "3D000", "42501", "53", "57P0", "58", "25006")


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_file(url: str) -> Path:
    return Path(make_url(url).database or "")


def keep_private(file: Path) -> None:
    """A database's file and what SQLite writes beside it, for its owner alone.

    SQLite gives the files beside it the permissions of the first: made so, it stays so.
    """
    file.touch(mode=0o600)
    for one in (file, *(file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))):
        with suppress(FileNotFoundError, PermissionError):  # gone meanwhile; another's to put right
            if one.stat().st_mode & OTHERS:
                one.chmod(0o600)


def open_engines(url: str) -> tuple[AsyncEngine, AsyncEngine]:
    """Return (writing, reading) engines; on PostgreSQL both share one pool.

    SQLite has one writer: several pooled writers would poll for its lock and wait a second and
    more at the 99th percentile, one connection queues them in turn.
    """
    if not is_sqlite(url):
        engine = create_async_engine(
            url,
            hide_parameters=True,
            pool_size=POSTGRESQL_POOL,
            max_overflow=0,
            # After a restart of the server nobody is answered over a connection that died with it.
            pool_pre_ping=True,
        )
        # Each question for itself: read committed sees no more inside a transaction, and opening
        # and ending one costs two more journeys to the server.
        return engine, engine.execution_options(isolation_level="AUTOCOMMIT")
    if sqlite_file(url).exists():
        keep_private(sqlite_file(url))
    return _open_sqlite(url, writes=True), _open_sqlite(url, writes=False)


def _open_sqlite(url: str, *, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if writes else 4,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own type
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # acknowledged means on the disk, power cuts included
            "foreign_keys=ON",
            "secure_delete=ON",  # what is erased is overwritten, not only unlinked
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:  # noqa: ANN401
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def away_told() -> Iterator[None]:
    """DatabaseAway where the database cannot be asked now; it carries a name, never a statement."""
    try:
        yield
    except DBAPIError as error:
        if not is_away(error):
            raise
        raise DatabaseAway(name_of(error.orig)) from None
    except (OSError, PoolTimeout) as error:
        raise DatabaseAway(type(error).__name__) from None


def is_away(error: DBAPIError) -> bool:
    """Whether the database is not there, starts, stops, is full or refuses us.

    Not a mistake in a statement.
    """
    code = getattr(error.orig, "sqlite_errorname", None)
    if code is not None:
        return str(code).startswith(_SQLITE_AWAY)
    if error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError)):
        return True
    return sqlstate(error).startswith(_POSTGRESQL_AWAY)


def sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def name_of(error: BaseException | None) -> str:
    """SQLite's own name of what went wrong (SQLITE_FULL), PostgreSQL's number, or the class."""
    own = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return str(own or type(error).__name__)

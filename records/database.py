"""The engine: what SQLite and PostgreSQL need each to keep what was acknowledged."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

BUSY_TIMEOUT_MS = 30_000
POSTGRESQL_POOL = 16


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


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


def is_away(error: DBAPIError) -> bool:
    """Whether the server is not there, or just starts or stops; not a mistake in a statement.

    Class 08 is of connections, 57P0 of an operator's stop and of a start, 53300 of too many.
    """
    if error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError)):
        return True
    state = str(getattr(error.orig, "sqlstate", "") or "")
    return state.startswith(("08", "57P0", "53300"))

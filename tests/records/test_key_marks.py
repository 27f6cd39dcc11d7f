"""Key file and database know each other: what is foreign or old is told, what is newer is right."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from dispatch.desk import Desk
from dispatch.install import Installed
from records import open_records
from records.key_marks import KeyMisfit, Misfit
from records.sealing import make_secret
from records.server_keys import NAMES, ServerKeys, VersionedKey, make_server_keys
from tests.builders import a_member
from tests.databases import Database


def prepared(keys: ServerKeys, name: str) -> ServerKeys:
    key: VersionedKey = getattr(keys, name)
    added = key.versions | {max(key.versions) + 1: make_secret()}
    return replace(keys, **{name: VersionedKey(key.current, added)})


def switched(keys: ServerKeys, name: str) -> ServerKeys:
    key: VersionedKey = getattr(keys, name)
    return replace(keys, **{name: VersionedKey(max(key.versions), key.versions)})


async def misfit(database: Database, keys: ServerKeys) -> KeyMisfit | None:
    records = open_records(database.url, keys)
    try:
        async with records.reading() as tx:
            return await tx.key_marks.misfit()
    finally:
        await records.close()


async def start_with(database: Database, keys: ServerKeys) -> None:
    records = open_records(database.url, keys)
    try:
        async with records.transaction() as tx:
            await tx.key_marks.note()
            assert await tx.key_marks.is_noted()
    finally:
        await records.close()


async def forget_marks(database: Database) -> None:
    """As a database of before there were marks."""
    engine = create_async_engine(database.url)
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM key_mark"))
    await engine.dispose()


async def test_an_installation_knows_its_file_from_the_start(
    database: Database, installed: Installed, server_keys: ServerKeys
):
    assert await misfit(database, server_keys) is None
    told = await misfit(database, make_server_keys())
    assert told is not None
    assert told.kind is Misfit.FOREIGN


@pytest.mark.parametrize("name", NAMES)
async def test_an_older_copy_is_told_after_each_of_the_two_steps(
    name: str, database: Database, installed: Installed, server_keys: ServerKeys
):
    newer = prepared(server_keys, name)
    assert await misfit(database, newer) is None  # the database came back from a backup
    await start_with(database, newer)
    assert await misfit(database, server_keys) == KeyMisfit(Misfit.LACKING, name, 2, 1)

    newest = switched(newer, name)
    assert await misfit(database, newest) is None
    await start_with(database, newest)
    assert await misfit(database, newer) == KeyMisfit(Misfit.SWITCHED, name, 2, 1)
    assert await misfit(database, server_keys) == KeyMisfit(Misfit.LACKING, name, 2, 1)
    assert await misfit(database, newest) is None


@pytest.mark.parametrize("name", NAMES)
async def test_two_copies_that_went_each_its_own_way_are_told_apart(
    name: str, database: Database, installed: Installed, server_keys: ServerKeys
):
    await start_with(database, prepared(server_keys, name))

    told = await misfit(database, prepared(server_keys, name))
    assert told == KeyMisfit(Misfit.FORKED, name, 2, 2)


@pytest.mark.parametrize("name", NAMES)
async def test_one_key_of_another_installation_is_enough(
    name: str, database: Database, installed: Installed, server_keys: ServerKeys
):
    mixed = replace(server_keys, **{name: getattr(make_server_keys(), name)})

    assert await misfit(database, mixed) == KeyMisfit(Misfit.FORKED, name, 1, 1)


async def test_a_database_of_before_the_marks_takes_its_own_file_alone(
    database: Database, desk: Desk, installed: Installed, server_keys: ServerKeys
):
    await a_member(desk, installed.recovery, "douaisis")
    await forget_marks(database)

    told = await misfit(database, make_server_keys())
    assert told is not None
    assert told.kind is Misfit.FOREIGN
    assert await misfit(database, server_keys) is None
    assert await misfit(database, prepared(server_keys, "pepper")) is None
    await start_with(database, server_keys)
    assert await misfit(database, server_keys) is None


@pytest.mark.parametrize("name", ["audit", "contact"])
async def test_a_database_of_before_the_marks_knows_an_older_copy_by_what_was_written(
    name: str, database: Database, desk: Desk, installed: Installed, server_keys: ServerKeys
):
    newest = switched(prepared(server_keys, name), name)
    records = open_records(database.url, newest)
    await a_member(replace(desk, records=records), installed.recovery, "douaisis")
    await records.close()
    await forget_marks(database)

    assert await misfit(database, server_keys) == KeyMisfit(Misfit.LACKING, name, 2, 1)
    assert await misfit(database, prepared(server_keys, name)) is not None
    assert await misfit(database, newest) is None


async def test_a_line_altered_in_the_trail_keeps_nobody_from_their_keys(
    database: Database, desk: Desk, installed: Installed, server_keys: ServerKeys
):
    await a_member(desk, installed.recovery, "douaisis")
    await forget_marks(database)
    engine = create_async_engine(database.url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE audit_entry SET action = 'x:y' WHERE number = 1"))
    await engine.dispose()

    assert await misfit(database, server_keys) is None
    assert await misfit(database, make_server_keys()) is not None

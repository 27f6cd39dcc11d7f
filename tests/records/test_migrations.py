"""Tables go up and down on both databases, and are those of the models."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.queue import Queue, list_queue
from intake.reception import Reception
from records.migrate import migrate, migrate_down, schema_differences, schema_version
from records.tables import Base
from tests.builders import a_draft, a_member, kept
from tests.databases import Database


async def ask(database: Database, question: Any) -> Any:
    engine = create_async_engine(database.url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(
        compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    )


async def test_models_and_migrated_database_are_the_same(database: Database):
    assert await ask(database, differences) == []


async def test_an_installation_without_its_index_gets_it_and_until_then_is_told(
    database: Database,
):
    def lose(connection: Connection) -> None:
        connection.exec_driver_sql("DROP INDEX ix_outbox_unseen")
        connection.commit()

    await ask(database, lose)
    assert await schema_differences(database.url) == ["index outbox.ix_outbox_unseen: missing"]

    await migrate_down(database.url, to="0005")
    await migrate(database.url)
    assert await schema_differences(database.url) == []


async def test_the_version_is_told(database: Database):
    current, newest = await schema_version(database.url)
    assert current == newest

    await migrate_down(database.url, to="base")
    assert await schema_version(database.url) == (None, newest)


async def test_down_and_up_again_with_data_between(
    database: Database, reception: Reception, desk: Desk, installed: Installed
):
    await a_member(desk, installed.recovery, "douaisis")
    await kept(a_draft(commune="Douai"), reception)
    await desk.records.close()

    await migrate_down(database.url, to="base")
    assert await ask(database, tables) == set()
    await migrate(database.url)
    assert await ask(database, tables) == set(Base.metadata.tables)
    assert await ask(database, differences) == []


async def test_up_on_what_is_up_already_loses_nothing(
    database: Database, reception: Reception, desk: Desk, installed: Installed
):
    await kept(a_draft(commune="Douai"), reception)
    await migrate(database.url)

    member = await a_member(desk, installed.recovery, "douaisis")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_says_what_it_is_for(table: str):
    assert Base.metadata.tables[table].comment

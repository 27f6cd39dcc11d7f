"""Alembic's entry: the caller brings the connection (records.migrate), or a URL by variable."""

import asyncio
import os
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum
from sqlalchemy.ext.asyncio import create_async_engine

from records.tables import Base
from records.tables.base import UtcTime


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write plain types into migrations: a migration must not change when our classes do."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_run() -> None:
    """For `alembic revision --autogenerate` (CONTRIBUTING.md)."""
    engine = create_async_engine(os.environ["POINT_ECOUTE_DATABASE_URL"])
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(connect_and_run())

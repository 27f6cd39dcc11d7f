"""Insert rows the short way."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.tables import Base


async def insert_rows(session: AsyncSession, rows: Sequence[Base]) -> None:
    """Insert rows of one table in this transaction.

    A submission writes eight: the ORM's unit of work would cost as much as all the rest of it.
    """
    table = cast("Table", type(rows[0]).__table__)
    names = [column.name for column in table.columns]
    connection = await session.connection()
    await connection.execute(
        insert(table), [{name: getattr(row, name) for name in names} for row in rows]
    )

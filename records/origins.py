"""All queries of where people come from: numbers by month."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from records.tables import OriginCount


class Origins:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self, origin: str, *, month: str) -> None:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        await self._session.execute(
            dialect.insert(OriginCount)
            .values(month=month, origin=origin, number=1)
            .on_conflict_do_update(
                index_elements=["month", "origin"], set_={"number": OriginCount.number + 1}
            )
        )

    async def counts(self) -> Sequence[OriginCount]:
        order = (OriginCount.month, OriginCount.origin)
        return (await self._session.scalars(select(OriginCount).order_by(*order))).all()

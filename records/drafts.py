"""All queries on drafts, and on how a sender may safely be written to."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from records.tables import Draft, DraftBox, SafeContact


class Drafts:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def put(self, draft: Draft) -> None:
        """Keep it in the place of the author's former one of that box; the last one wins."""
        await self._put(draft, ("signal_id", "member_id", "box"))

    async def of(self, signal_id: UUID, member_id: UUID) -> Sequence[Draft]:
        found = await self._session.scalars(
            select(Draft)
            .where(Draft.signal_id == signal_id, Draft.member_id == member_id)
            .order_by(Draft.box)
        )
        return found.all()

    async def throw_away(
        self, signal_id: UUID, member_id: UUID, boxes: Collection[DraftBox]
    ) -> bool:
        result = await self._session.execute(
            delete(Draft).where(
                Draft.signal_id == signal_id, Draft.member_id == member_id, Draft.box.in_(boxes)
            )
        )
        return isinstance(result, CursorResult) and result.rowcount > 0

    async def throw_away_all_of(self, member_id: UUID) -> None:
        await self._session.execute(delete(Draft).where(Draft.member_id == member_id))

    async def set_safe_contact(self, safe: SafeContact) -> None:
        await self._put(safe, ("signal_id",))

    async def safe_contact(self, signal_id: UUID) -> SafeContact | None:
        return await self._session.get(SafeContact, signal_id, populate_existing=True)

    async def _put(self, row: Draft | SafeContact, key: tuple[str, ...]) -> None:
        table = type(row).__table__
        values = {column.name: getattr(row, column.name) for column in table.columns}
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        rest = {name: value for name, value in values.items() if name not in key}
        await self._session.execute(
            dialect.insert(type(row))
            .values(values)
            .on_conflict_do_update(index_elements=list(key), set_=rest)
        )

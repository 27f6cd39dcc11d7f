"""What is asked at every opening and every pass never reads all that was ever kept."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from records import Records
from records.ids import new_id
from tests.builders import TUESDAY_MORNING
from tests.databases import Database


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("owner", [None, new_id()], ids=["the absent", "one member"])
async def test_no_question_of_a_pass_or_an_opening_walks_a_whole_table(
    database: Database, records: Records, owner: Any
):
    asked: list[tuple[str, Any]] = []

    def heard(_connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        asked.append((statement, given))

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        async with records.transaction() as tx:
            await tx.audit.of_signal(new_id())
            await tx.signals.take_unanswered(owner=owner, seen_before=TUESDAY_MORNING, limit=10)
    finally:
        event.remove(Engine, "before_cursor_execute", heard)

    async with records._writing.begin() as connection:
        plans = [
            step
            for statement, given in asked
            if statement.startswith("SELECT")
            for step in (
                await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            ).scalars("detail")
        ]
    walked = [step for step in plans if step.startswith("SCAN") and "ix_signal_taken" not in step]
    assert any("ix_audit_entry_signal" in step for step in plans)
    assert any("ix_signal_taken" in step for step in plans)
    assert walked == []

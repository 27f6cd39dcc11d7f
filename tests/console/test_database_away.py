"""On a full disk, or without their database, staff are told the truth and lose nothing typed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event

from dispatch.desk import Desk
from tests.builders import FrozenClock
from tests.console.staff import At, Staff, page_text, seen_on

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
# No page more than the database has now; and a disk that the system made read-only.
FULL, READ_ONLY = "max_page_count=1", "query_only=1"
TYPED = "Tu peux nous écrire quand tu veux. " * 400


@contextmanager
def writing_with(pragma: str, desk: Desk) -> Iterator[None]:
    engine = desk.records._writing.sync_engine

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA {pragma}")

    event.listen(engine, "begin", limit)
    yield
    event.remove(engine, "begin", limit)


@sqlite_only
async def test_an_answer_on_a_full_disk_stays_on_the_page_and_is_said_not_to_be_kept(
    at: At, flandres: Staff, desk: Desk
):
    sent = await at.signal()
    await flandres.do(sent.ref, "prise")
    seen = seen_on((await flandres.signal(sent.ref)).text)
    token = await flandres.token()
    with writing_with(FULL, desk):
        answer = await flandres.client.post(
            f"/equipe/signaux/{sent.ref}/reponse",
            data={"form_token": token, "reponse": TYPED, "seen": seen},
        )

    assert answer.status_code == 503
    assert TYPED.strip() in answer.text
    said, _ = page_text(answer.text)
    assert "disque est plein" in said
    assert "Une erreur est survenue" not in said
    assert len((await sent.thread()).messages) == 1


@sqlite_only
async def test_the_queue_is_read_where_nothing_can_be_written(
    at: At, flandres: Staff, desk: Desk, clock: FrozenClock
):
    sent = await at.signal()
    clock.advance(minutes=5)
    with writing_with(READ_ONLY, desk):
        page = await flandres.get("/")

    assert page.status_code == 200
    assert sent.ref in page.text

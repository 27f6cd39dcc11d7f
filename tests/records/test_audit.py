"""The trail: each line chained to the one before, and whatever is changed in it is found."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from records import Records, open_records
from records.audit import AuditAction, AuditVerdict
from records.ids import new_id
from records.sealing import make_secret
from records.server_keys import ServerKeys, VersionedKey, make_server_keys
from tests.builders import TUESDAY_MORNING, every_row
from tests.databases import Database

LINES = 6


async def append(records: Records, number: int = LINES) -> None:
    for _ in range(number):
        async with records.transaction() as tx:
            await tx.audit.append(
                AuditAction.SIGNAL_OPEN,
                at=TUESDAY_MORNING,
                member_id=new_id(),
                signal_id=new_id(),
                team="douaisis",
            )


async def verdict(records: Records) -> AuditVerdict:
    async with records.reading() as tx:
        return await tx.audit.verify()


async def tamper(records: Records, *statements: str, values: Sequence[dict[str, Any]] = ()) -> None:
    async with records._writing.begin() as connection:
        for place, statement in enumerate(statements):
            await connection.execute(text(statement), values[place] if values else {})


async def test_an_untouched_trail_is_whole(records: Records):
    assert (await verdict(records)).broken_at is None
    await append(records)

    found = await verdict(records)
    assert (found.lines, found.broken_at) == (LINES, None)
    assert found.last_mac == (await every_row(records))["audit_entry"][-1]["mac"]


@pytest.mark.parametrize(
    "change",
    [
        "action = 'signal:claim'",
        "member_id = NULL",
        "signal_id = member_id",
        "team = NULL",
        "key_version = 2",
    ],
)
@pytest.mark.parametrize("number", [1, LINES])
async def test_an_altered_line_is_found(change: str, number: int, records: Records):
    await append(records)
    await tamper(records, f"UPDATE audit_entry SET {change} WHERE number = {number}")  # noqa: S608

    assert (await verdict(records)).broken_at == number


async def test_a_moved_time_is_found(records: Records, database: Database):
    await append(records)
    moved = (
        "at + interval '1 microsecond'"
        if database.kind == "postgresql"
        else "'2026-11-24 09:00:00.000001'"
    )
    await tamper(records, f"UPDATE audit_entry SET at = {moved} WHERE number = 4")  # noqa: S608

    assert (await verdict(records)).broken_at == 4


@pytest.mark.parametrize("number", [1, 2, 5])
async def test_a_removed_line_is_found_at_the_one_after_it(number: int, records: Records):
    await append(records)
    await tamper(records, f"DELETE FROM audit_entry WHERE number = {number}")  # noqa: S608

    found = await verdict(records)
    assert (found.lines, found.broken_at) == (number - 1, number + 1)


async def test_a_removed_line_is_found_though_the_others_close_up(records: Records):
    await append(records)
    await tamper(
        records,
        "DELETE FROM audit_entry WHERE number = 3",
        "UPDATE audit_entry SET number = 3 WHERE number = 4",
        "UPDATE audit_entry SET number = 4 WHERE number = 5",
        "UPDATE audit_entry SET number = 5 WHERE number = 6",
    )

    assert (await verdict(records)).broken_at == 3


async def test_two_swapped_lines_are_found(records: Records):
    await append(records)
    await tamper(
        records,
        "UPDATE audit_entry SET number = 99 WHERE number = 2",
        "UPDATE audit_entry SET number = 2 WHERE number = 5",
        "UPDATE audit_entry SET number = 5 WHERE number = 99",
    )

    assert (await verdict(records)).broken_at == 2


@pytest.mark.parametrize("number", [0, LINES + 1])
async def test_an_inserted_line_is_found(number: int, records: Records):
    await append(records)
    await tamper(
        records,
        "INSERT INTO audit_entry (number, at, action, member_id, signal_id, team, key_version, mac)"  # noqa: S608
        f" SELECT {number}, at, action, member_id, signal_id, team, key_version, mac"
        f" FROM audit_entry WHERE number = {LINES}",
    )

    assert (await verdict(records)).broken_at == number


async def test_lines_cut_off_the_end_show_against_the_number_noted_before(records: Records):
    await append(records)
    noted = await verdict(records)
    await tamper(records, f"DELETE FROM audit_entry WHERE number = {LINES}")  # noqa: S608

    found = await verdict(records)
    assert (found.lines, found.last_mac) != (noted.lines, noted.last_mac)


async def test_parallel_lines_make_one_unbroken_chain(records: Records):
    await asyncio.gather(*(append(records, 1) for _ in range(60)))

    found = await verdict(records)
    assert (found.lines, found.broken_at) == (60, None)


async def test_parallel_processes_make_one_unbroken_chain(database: Database):
    keys = make_server_keys()
    processes = [open_records(database.url, keys) for _ in range(3)]
    await asyncio.gather(*(append(one, 10) for one in processes))

    found = await verdict(processes[0])
    assert (found.lines, found.broken_at) == (30, None)
    for one in processes:
        await one.close()


async def test_what_is_rolled_back_leaves_no_line_and_no_gap(records: Records):
    await append(records, 2)
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with records.transaction() as tx:
            await tx.audit.append(AuditAction.SIGNAL_OPEN, at=TUESDAY_MORNING)
            raise RuntimeError
    await append(records, 1)

    found = await verdict(records)
    assert (found.lines, found.broken_at) == (3, None)


def rotated(key: VersionedKey) -> VersionedKey:
    number = max(key.versions) + 1
    return VersionedKey(number, {**key.versions, number: make_secret()})


async def test_the_chain_goes_on_over_a_rotation_of_its_key(
    database: Database, server_keys: ServerKeys
):
    before = open_records(database.url, server_keys)
    await append(before, 3)
    await before.close()
    after = open_records(database.url, replace(server_keys, audit=rotated(server_keys.audit)))
    await append(after, 3)

    found = await verdict(after)
    assert (found.lines, found.broken_at) == (6, None)
    await after.close()


async def test_another_server_s_key_fits_no_line(database: Database, server_keys: ServerKeys):
    mine = open_records(database.url, server_keys)
    await append(mine, 2)
    await mine.close()
    stranger = open_records(database.url, make_server_keys())

    assert (await verdict(stranger)).broken_at == 1
    await stranger.close()

"""The way back and the way out: receipts, wrong ones, and withdrawing everything."""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from dispatch.desk import Desk
from dispatch.errors import SignalNotFound
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, claim, list_queue
from dispatch.replies import add_note, reply
from intake.add_message import add_message
from intake.errors import ReceiptUnknown, ReceiptUnreadable
from intake.receipts import make_code
from intake.receive import receive_signal
from intake.reception import Reception
from intake.sender import SenderAccess, read_conversation, unlock_receipt
from intake.withdraw import withdraw
from records.errors import SealBroken
from records.passwords import ArgonCost
from records.sealing import make_secret
from tests.builders import a_draft, a_kept_signal, a_member, every_row

WRONG = "abandon bijou cheval dragon exister fluide"


class CountedCost(ArgonCost):
    """Says how often a slow derivation asked for its price."""

    asked = 0

    def __getattribute__(self, name: str) -> Any:
        if name == "memory_bytes":
            CountedCost.asked += 1
        return super().__getattribute__(name)


def counting(reception: Reception) -> Reception:
    return Reception(
        reception.records, reception.rulebook, reception.gazetteer, reception.point,
        reception.clock, CountedCost(passes=1, memory_bytes=8192),
    )  # fmt: skip


async def test_a_wrong_code_costs_as_many_derivations_as_a_right_one(reception: Reception):
    received = await receive_signal(a_draft(), reception)
    counted, costs = counting(reception), []
    for typed in (received.code, WRONG, "trois petits mots", "", "x" * 500):
        CountedCost.asked = 0
        with suppress(ReceiptUnknown, ReceiptUnreadable):
            await unlock_receipt(typed, counted)
        costs.append(CountedCost.asked)

    assert costs == [1] * 5


async def test_a_code_of_the_list_that_is_nobody_s_is_unknown(reception: Reception):
    await receive_signal(a_draft(), reception)

    with pytest.raises(ReceiptUnknown):
        await unlock_receipt(WRONG, reception)


async def test_an_unreadable_code_says_where(reception: Reception):
    with pytest.raises(ReceiptUnreadable) as refused:
        await unlock_receipt("abandon qqqq cheval dragon exister wwww", reception)
    assert refused.value.positions == (2, 6)


async def test_a_code_typed_carelessly_opens(reception: Reception):
    received = await receive_signal(a_draft(), reception)

    access = await unlock_receipt(f"  {received.code.upper().replace(' ', '-')}. ", reception)
    assert access.signal_id == received.access.signal_id


async def test_each_receipt_opens_its_own_conversation_alone(reception: Reception):
    mine = await receive_signal(a_draft("moi"), reception)
    yours = await receive_signal(a_draft("toi"), reception)
    crossed = SenderAccess(mine.access.signal_id, yours.access.key)

    assert (await read_conversation(mine.access, reception)).messages[0].text == "moi"
    for use in (read_conversation, withdraw):
        with pytest.raises(SealBroken):
            await use(crossed, reception)
    assert mine.code not in repr(mine)
    assert mine.code.split()[0] not in repr(mine.access)


async def test_nobody_makes_a_code_without_the_pepper(reception: Reception):
    draft = a_draft()
    received = await receive_signal(draft, reception)

    guess = make_code(draft.idempotency_key, draft.fingerprint(), pepper=make_secret())
    assert guess != received.code


# Withdrawing


def mentions(value: Any, signal_id: UUID) -> bool:
    return value == signal_id or (isinstance(value, str) and str(signal_id) in value)


async def test_what_is_withdrawn_leaves_a_count_and_lines_of_the_trail_alone(
    reception: Reception, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    ref, received = await a_kept_signal(reception, member, desk)
    other_ref, _ = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    await reply(ref, "bonjour", member, desk, idempotency_key="a" * 36)
    await add_note(ref, "vu", member, desk, idempotency_key="b" * 36)
    await add_message(received.access, a_draft("merci"), reception)
    before = await every_row(reception.records)
    await withdraw(received.access, reception)

    rows = await every_row(reception.records)
    signal_id = received.access.signal_id
    for name, table in rows.items():
        held = [row for row in table if any(mentions(v, signal_id) for v in row.values())]
        if name == "audit_entry":
            assert [row["action"] for row in held].count("signal:withdraw") == 1
            assert len(table) == len(before[name]) + 1
        else:
            assert held == [], name
    assert [row["number"] for row in rows["erased_count"]] == [1]
    assert [row["ref"] for row in rows["signal"]] == [other_ref]
    assert {row["signal_id"] for row in rows["key_wrap"]} == {rows["signal"][0]["id"]}


async def test_after_a_withdrawal_nobody_finds_it(
    reception: Reception, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    ref, received = await a_kept_signal(reception, member, desk)
    await withdraw(received.access, reception)

    with pytest.raises(ReceiptUnknown):
        await unlock_receipt(received.code, reception)
    with pytest.raises(ReceiptUnknown):
        await read_conversation(received.access, reception)
    with pytest.raises(ReceiptUnknown):
        await withdraw(received.access, reception)
    for act in (open_signal, claim):
        with pytest.raises(SignalNotFound):
            await act(ref, member, desk)
    assert await list_queue(member, desk, queue=Queue.OPEN) == ()


async def test_parallel_withdrawals_are_all_counted_once(reception: Reception):
    received = [await receive_signal(a_draft(), reception) for _ in range(8)]

    answers = await asyncio.gather(
        *(withdraw(one.access, reception) for one in received for _ in range(2)),
        return_exceptions=True,
    )

    assert answers.count(None) == 8
    assert sum(isinstance(answer, ReceiptUnknown) for answer in answers) == 8
    rows = await every_row(reception.records)
    assert [row["number"] for row in rows["erased_count"]] == [8]
    async with reception.records.reading() as tx:
        assert (await tx.audit.verify()).broken_at is None


async def test_withdrawing_reading_and_answering_at_once_break_nothing(
    reception: Reception, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    signals = [await a_kept_signal(reception, member, desk) for _ in range(5)]

    answers = await asyncio.gather(
        *(withdraw(received.access, reception) for _, received in signals),
        *(open_signal(ref, member, desk) for ref, _ in signals),
        *(reply(ref, "oui", member, desk, idempotency_key="c" * 36) for ref, _ in signals),
        *(add_note(ref, "vu", member, desk, idempotency_key="d" * 36) for ref, _ in signals),
        *(claim(ref, member, desk) for ref, _ in signals),
        return_exceptions=True,
    )

    failed = {type(a).__name__ for a in answers if isinstance(a, BaseException)}
    assert failed <= {"SignalNotFound"}
    assert (await every_row(reception.records))["signal"] == []

"""The purge: what is due is gone for good, once, and counted; what is not is untouched."""

import asyncio

import pytest

from dispatch.desk import Desk, SignedIn
from dispatch.errors import SignalNotFound
from dispatch.hand_over import close
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.purge import purge
from dispatch.queue import claim
from dispatch.replies import add_note
from dispatch.retention import Fate
from dispatch.routing import SUPERVISION
from intake.add_message import add_message
from intake.errors import ReceiptUnknown
from intake.receive import Received
from intake.reception import Reception
from intake.sender import read_conversation, unlock_receipt
from records import Records
from records.conversations import open_content, unwrap_for_team, unwrap_team_key
from records.errors import SealBroken
from records.sealing import SecretKey
from records.tables import Outcome
from tests.builders import FrozenClock, a_draft, a_kept_signal, a_member, every_row

WORDS = "on m'a pris mes papiers à Douai"


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis")


async def a_closed(
    outcome: Outcome, reception: Reception, desk: Desk, anne: SignedIn
) -> tuple[str, Received]:
    ref, received = await a_kept_signal(reception, anne, desk, a_draft(WORDS, commune="Douai"))
    await claim(ref, anne, desk)
    await open_signal(ref, anne, desk)
    await add_note(ref, "une note", anne, desk, idempotency_key=ref)
    await close(ref, anne, desk, outcome=outcome)
    return ref, received


async def test_no_danger_is_erased_whole_after_90_days_and_counted(
    reception: Reception, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    ref, received = await a_closed(Outcome.NO_DANGER, reception, desk, anne)
    clock.advance(days=89)
    assert dict((await purge(desk, dry_run=False)).counts) == {Fate.KEPT: 1}
    clock.advance(days=1)
    report = await purge(desk, dry_run=False)

    assert report.counts == {Fate.ERASE: 1}
    rows = await every_row(records)
    for table in ("signal", "message", "key_wrap", "follow_up", "outbox", "escalation"):
        assert rows[table] == []
    [count] = rows["erased_count"]
    assert (count["number"], count["outcome"]) == (1, Outcome.NO_DANGER)
    with pytest.raises(ReceiptUnknown):
        await unlock_receipt(received.code, reception)
    with pytest.raises(SignalNotFound):
        await open_signal(ref, anne, desk)


async def test_of_a_transmitted_signal_the_minimal_record_stays(
    reception: Reception, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    ref, received = await a_closed(Outcome.TRANSMITTED, reception, desk, anne)
    clock.advance(days=30)
    assert (await purge(desk, dry_run=False)).counts == {Fate.ERASE_CONTENT: 1}

    rows = await every_row(records)
    assert rows["message"] == rows["key_wrap"] == rows["chat"] == []
    [row] = rows["signal"]
    assert (row["sender_wrap"], row["public_key"], row["locked_codes"]) == (b"", b"", None)
    opened = await open_signal(ref, anne, desk)
    assert opened.messages == ()
    assert opened.content_erased_at == clock()
    with pytest.raises(ReceiptUnknown):
        await unlock_receipt(received.code, reception)
    assert (await purge(desk, dry_run=False)).counts == {Fate.KEPT: 1}
    clock.advance(days=700)
    assert (await purge(desk, dry_run=False)).counts == {Fate.ERASE: 1}


async def test_after_a_purge_no_key_that_is_left_opens_what_a_thief_kept(
    reception: Reception, desk: Desk, installed: Installed, records: Records, clock: FrozenClock
):
    """The thief copied every sealed word before; afterwards every key is theirs."""
    anne = await a_member(desk, installed.recovery, "douaisis", SUPERVISION)
    _, received = await a_closed(Outcome.TRANSMITTED, reception, desk, anne)
    before = await every_row(records)
    clock.advance(days=30)
    await purge(desk, dry_run=False)
    after = await every_row(records)

    teams: list[SecretKey] = [
        unwrap_team_key(
            row["sealed_secret"], team=row["team"], holder=str(anne.id), secret=anne.secret
        )
        for row in after["team_key"]
        if row["member_id"] == anne.id
    ]
    assert len(teams) == 2
    assert after["key_wrap"] == []
    for message in before["message"]:
        for key in [*teams, anne.secret, installed.recovery]:
            with pytest.raises(SealBroken):
                open_content(
                    message["sealed"], signal_id=message["signal_id"],
                    message_id=message["id"], secret=key,
                )  # fmt: skip
    # The wraps that were copied before do open it: that is why a backup has a date of its own.
    wrap = next(w for w in before["key_wrap"] if w["team"] == SUPERVISION)
    [supervision] = [
        key
        for row, key in zip(
            [r for r in after["team_key"] if r["member_id"] == anne.id], teams, strict=True
        )
        if row["team"] == SUPERVISION
    ]
    opened = unwrap_for_team(
        wrap["sealed_key"], signal_id=wrap["signal_id"], team=SUPERVISION, team_secret=supervision
    )
    assert len(opened.value) == 32
    with pytest.raises(ReceiptUnknown):
        await read_conversation(received.access, reception)


async def test_a_dry_run_changes_no_row(
    reception: Reception, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    await a_closed(Outcome.NO_DANGER, reception, desk, anne)
    await a_kept_signal(reception, anne, desk)
    clock.advance(days=900)
    before = await every_row(records)
    report = await purge(desk, dry_run=True)

    assert report.counts == {Fate.ERASE: 1, Fate.HELD_OPEN: 1}
    assert await every_row(records) == before


async def test_two_purges_at_once_count_each_signal_once(
    reception: Reception, desk: Desk, anne: SignedIn, records: Records, clock: FrozenClock
):
    for _ in range(6):
        await a_closed(Outcome.NO_DANGER, reception, desk, anne)
    clock.advance(days=91)
    await asyncio.gather(purge(desk, dry_run=False), purge(desk, dry_run=False))

    rows = await every_row(records)
    assert rows["signal"] == []
    assert sum(row["number"] for row in rows["erased_count"]) == 6
    assert sum(row["action"] == "signal:purge" for row in rows["audit_entry"]) == 6


async def test_a_sender_who_writes_again_keeps_their_conversation(
    reception: Reception, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    _, received = await a_closed(Outcome.NO_DANGER, reception, desk, anne)
    clock.advance(days=89)
    await add_message(received.access, a_draft("c'est encore moi"), reception)
    clock.advance(days=1)

    assert dict((await purge(desk, dry_run=False)).counts) == {}
    thread = await read_conversation(received.access, reception)
    assert len(thread.messages) == 2

"""Further messages: the level rises with what was said before, nothing is lost or told twice."""

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.desk import Desk, SignedIn
from dispatch.hand_over import change_level
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, claim, list_queue, waiting_alerts
from dispatch.replies import reply
from intake.add_message import add_message
from intake.drafts import AgeBand
from intake.errors import EmptyMessage, ReceiptUnknown
from intake.receive import receive_signal
from intake.reception import Reception
from intake.sender import read_conversation, unlock_receipt
from intake.withdraw import withdraw
from records import open_records
from records.sealing import make_secret
from records.server_keys import ServerKeys, VersionedKey
from records.tables import OutboxEvent
from tests.builders import FrozenClock, a_draft, a_kept_signal, a_member, every_row
from tests.databases import Database
from triage.vocabulary import Level

CRITICAL_TEXT = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"


@pytest.fixture
async def member(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis")


async def test_the_level_rises_with_an_alert_and_earlier_due_times(
    reception: Reception, desk: Desk, member: SignedIn, clock: FrozenClock
):
    ref, received = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    clock.advance(hours=2)
    added = await add_message(received.access, a_draft(CRITICAL_TEXT), reception)

    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    [alert] = await waiting_alerts(member, desk)
    assert row.level is Level.CRITICAL
    assert (alert.event, alert.level) == (OutboxEvent.RAISED, Level.CRITICAL)
    assert added.read_by == row.due_at == clock() + timedelta(minutes=15)
    assert added.emergency is not None


async def test_the_level_never_falls_by_itself(
    reception: Reception, desk: Desk, member: SignedIn, clock: FrozenClock
):
    _, received = await a_kept_signal(
        reception, member, desk, a_draft(CRITICAL_TEXT, commune="Douai")
    )
    clock.advance(minutes=3)
    added = await add_message(
        received.access, a_draft("c'était une blague, tout va bien"), reception
    )

    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    assert row.level is Level.CRITICAL
    assert added.read_by == row.due_at == clock() + timedelta(minutes=12)


async def test_what_was_said_before_counts(reception: Reception, desk: Desk, member: SignedIn):
    """Neither message alone is critical: an age told first, then what is done to her."""
    _, received = await a_kept_signal(
        reception, member, desk, a_draft("bonjour", commune="Douai", age=AgeBand.UNDER_13)
    )
    alone = await receive_signal(a_draft("je fais des passes"), reception)
    added = await add_message(received.access, a_draft("je fais des passes"), reception)

    assert alone.emergency is None
    assert added.emergency is not None


async def test_a_burst_gives_one_alert_and_each_reading_allows_the_next(
    reception: Reception, desk: Desk, member: SignedIn
):
    ref, received = await a_kept_signal(reception, member, desk)
    for _ in range(4):
        await add_message(received.access, a_draft("tu es là ?"), reception)
    assert [alert.event for alert in await waiting_alerts(member, desk)] == [OutboxEvent.RECEIVED]

    await open_signal(ref, member, desk)
    await asyncio.gather(
        *(add_message(received.access, a_draft(f"{n} ?"), reception) for n in range(4))
    )
    assert [alert.event for alert in await waiting_alerts(member, desk)] == [
        OutboxEvent.WROTE_AGAIN
    ]
    assert len((await open_signal(ref, member, desk)).messages) == 9


async def test_a_signal_without_a_place_goes_to_the_team_of_the_place_told_later(
    reception: Reception, desk: Desk, installed: Installed, member: SignedIn
):
    coordination = await a_member(desk, installed.recovery, "coordination")
    received = await receive_signal(a_draft("bonjour"), reception)
    assert len(await list_queue(coordination, desk, queue=Queue.OPEN)) == 1
    await add_message(received.access, a_draft("je suis à Douai", commune="Douai"), reception)

    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    assert len((await open_signal(row.ref, member, desk)).messages) == 2
    assert await list_queue(coordination, desk, queue=Queue.OPEN) == ()
    wraps = (await every_row(reception.records))["key_wrap"]
    assert {wrap["team"] for wrap in wraps} == {"douaisis", "supervision"}


async def test_a_signal_that_somebody_has_stays_with_them(
    reception: Reception, desk: Desk, installed: Installed, member: SignedIn
):
    coordination = await a_member(desk, installed.recovery, "coordination")
    received = await receive_signal(a_draft("bonjour"), reception)
    [row] = await list_queue(coordination, desk, queue=Queue.OPEN)
    await claim(row.ref, coordination, desk)
    await add_message(received.access, a_draft("je suis à Douai", commune="Douai"), reception)

    assert len((await open_signal(row.ref, coordination, desk)).messages) == 2
    assert await list_queue(member, desk, queue=Queue.OPEN) == ()


async def test_reading_and_writing_at_once_never_fail(
    reception: Reception, desk: Desk, installed: Installed
):
    coordination = await a_member(desk, installed.recovery, "coordination")
    all_received = [await receive_signal(a_draft("bonjour"), reception) for _ in range(6)]
    rows = await list_queue(coordination, desk, queue=Queue.OPEN)

    answers = await asyncio.gather(
        *(open_signal(row.ref, coordination, desk) for row in rows for _ in range(2)),
        *(
            add_message(one.access, a_draft(CRITICAL_TEXT, commune="Douai"), reception)
            for one in all_received
        ),
        return_exceptions=True,
    )
    # A reader may come after the signal has gone to its team, and nothing else may happen.
    failed = {type(a).__name__ for a in answers if isinstance(a, BaseException)}
    assert failed <= {"SignalNotFound"}


async def test_a_double_click_is_one_message(reception: Reception, desk: Desk, member: SignedIn):
    _, received = await a_kept_signal(reception, member, desk)
    draft = a_draft("c'est encore moi")
    answers = await asyncio.gather(
        *(add_message(received.access, draft, reception) for _ in range(6))
    )

    assert len((await read_conversation(received.access, reception)).messages) == 2
    assert len({answer.read_by for answer in answers}) == 1


async def test_another_text_under_the_same_key_is_not_lost(
    reception: Reception, desk: Desk, member: SignedIn
):
    _, received = await a_kept_signal(reception, member, desk)
    key = str(uuid.uuid4())
    await add_message(received.access, a_draft("je", idempotency_key=key), reception)
    await add_message(received.access, a_draft("je suis à Douai", idempotency_key=key), reception)

    thread = await read_conversation(received.access, reception)
    assert [message.text for message in thread.messages][1:] == ["je", "je suis à Douai"]


@pytest.mark.parametrize("empty", ["", " ", "\n\t"])
async def test_no_words_are_refused(empty: str, reception: Reception, desk: Desk, member: SignedIn):
    _, received = await a_kept_signal(reception, member, desk)

    with pytest.raises(EmptyMessage):
        await add_message(received.access, a_draft(empty), reception)


async def test_after_an_answer_a_new_message_is_promised_a_reading_again(
    reception: Reception, desk: Desk, member: SignedIn
):
    ref, received = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    await reply(ref, "bonjour", member, desk, idempotency_key=str(uuid.uuid4()))
    assert (await read_conversation(received.access, reception)).read_by is None
    added = await add_message(received.access, a_draft("merci"), reception)

    assert (await read_conversation(received.access, reception)).read_by == added.read_by


async def test_a_thank_you_raises_no_level_that_a_person_has_lowered(
    reception: Reception, desk: Desk, member: SignedIn
):
    draft = a_draft("je fais des passes, j'ai 16 ans", commune="Douai")
    ref, received = await a_kept_signal(reception, member, desk, draft)
    await change_level(ref, member, desk, level=Level.LOW, reason="c'est un jeu de rôle")
    added = await add_message(received.access, a_draft("merci"), reception)

    assert added.emergency is None
    assert (await open_signal(ref, member, desk)).level is Level.LOW


async def test_a_message_to_what_was_erased_finds_nothing(
    reception: Reception, desk: Desk, member: SignedIn
):
    _, received = await a_kept_signal(reception, member, desk)
    await withdraw(received.access, reception)

    with pytest.raises(ReceiptUnknown):
        await add_message(received.access, a_draft("merci"), reception)


@pytest.mark.parametrize("locale", ["zh-Hant-TW", "x" * 300, "\x00", "\ud83d", "", "fr;DROP"])
async def test_no_odd_locale_costs_a_signal(locale: str, reception: Reception):
    received = await receive_signal(a_draft(locale=locale), reception)

    assert (await read_conversation(received.access, reception)).locale == "fr"


# Rotation of the server's keys


def rotated(key: VersionedKey) -> VersionedKey:
    return VersionedKey(2, {**key.versions, 2: make_secret()})


def with_keys(reception: Reception, database: Database, keys: ServerKeys) -> Reception:
    return replace(reception, records=open_records(database.url, keys), _team_keys={})


async def test_over_a_rotation_receipts_work_and_retries_stay_the_same_signal(
    reception: Reception, database: Database, server_keys: ServerKeys
):
    draft, further = a_draft(commune="Douai"), a_draft("encore moi")
    received = await receive_signal(draft, reception)
    await add_message(received.access, further, reception)
    keys = replace(
        server_keys, pepper=rotated(server_keys.pepper), codes=rotated(server_keys.codes)
    )
    later = with_keys(reception, database, keys)

    again = await receive_signal(draft, later)
    access = await unlock_receipt(received.code, later)
    await add_message(access, further, later)
    assert (again.code, again.read_by) == (received.code, received.read_by)
    assert access == again.access == received.access
    assert len((await read_conversation(access, later)).messages) == 2
    fresh = await receive_signal(a_draft(), later)
    assert (await unlock_receipt(fresh.code, later)).signal_id == fresh.access.signal_id
    await later.records.close()


async def test_codes_under_a_former_key_still_count(
    reception: Reception, database: Database, server_keys: ServerKeys
):
    received = await receive_signal(a_draft("bonjour", age=AgeBand.UNDER_13), reception)
    later = with_keys(reception, database, replace(server_keys, codes=rotated(server_keys.codes)))

    added = await add_message(received.access, a_draft("je fais des passes"), later)
    assert added.emergency is not None
    await later.records.close()


async def test_a_lost_key_of_the_codes_costs_no_message_and_lowers_no_level(
    reception: Reception,
    database: Database,
    server_keys: ServerKeys,
    desk: Desk,
    member: SignedIn,
):
    ref, received = await a_kept_signal(
        reception, member, desk, a_draft(CRITICAL_TEXT, commune="Douai")
    )
    keys = replace(server_keys, codes=VersionedKey(2, {2: make_secret()}))
    later = with_keys(reception, database, keys)

    await add_message(received.access, a_draft("bonsoir"), later)
    opened = await open_signal(ref, member, desk)
    assert (len(opened.messages), opened.level) == (2, Level.CRITICAL)
    await later.records.close()


async def test_a_person_s_lower_rating_is_raised_by_new_facts(
    reception: Reception, desk: Desk, member: SignedIn
):
    ref, received = await a_kept_signal(reception, member, desk)
    await change_level(ref, member, desk, level=Level.LOW, reason="relu")
    await add_message(received.access, a_draft(CRITICAL_TEXT), reception)

    assert (await open_signal(ref, member, desk)).level is Level.CRITICAL

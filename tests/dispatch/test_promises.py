"""Answering, noting, handing over, rating anew, closing: what each promises."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.desk import Desk, SignedIn
from dispatch.errors import (
    DispatchError,
    EmptyText,
    NotRead,
    NotYours,
    SignalIsClosed,
    SignalNotFound,
    UnknownTeam,
)
from dispatch.hand_over import change_level, close, transfer
from dispatch.install import Installed
from dispatch.open_signal import OpenedSignal, open_signal
from dispatch.queue import Queue, claim, list_queue, take_over, waiting_alerts
from dispatch.replies import add_note, reply
from intake.add_message import add_message
from intake.receive import Received
from intake.reception import Reception
from intake.sender import read_conversation
from records import Records
from records.conversations import unwrap_for_team, unwrap_team_key
from records.errors import SealBroken
from records.sealing import public_half
from records.tables import FollowUp, FollowUpKind, MessageKind, OutboxEvent, Outcome, SignalState
from tests.builders import FrozenClock, a_draft, a_kept_signal, a_member, every_row
from tests.databases import Database
from triage.vocabulary import Level

CRITICAL_TEXT = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"


def key() -> str:
    return str(uuid.uuid4())


async def promises(ref: str, records: Records) -> dict[FollowUpKind, FollowUp]:
    """The promises that are open, by kind."""
    async with records.reading() as tx:
        signal = await tx.signals.by_ref(ref, teams=None)
        assert signal is not None
        found = await tx.follow_ups.open_ones([signal.id])
    assert len({promise.kind for promise in found}) == len(found)
    return {promise.kind: promise for promise in found}


@pytest.fixture
async def member(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", name="Anne")


@pytest.fixture
async def colleague(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", name="Bruno")


@pytest.fixture
async def elsewhere(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "flandres", name="Chloé")


# Reading


async def test_each_reading_leaves_exactly_one_line_with_member_and_signal(
    reception: Reception, desk: Desk, member: SignedIn, records: Records
):
    ref, received = await a_kept_signal(reception, member, desk)
    for _ in range(3):
        await open_signal(ref, member, desk)

    lines = [
        (line["action"], line["member_id"], line["signal_id"], line["team"])
        for line in (await every_row(records))["audit_entry"]
        if line["action"] == "signal:open"
    ]
    assert lines == [("signal:open", member.id, received.access.signal_id, "douaisis")] * 3


async def test_reading_keeps_the_first_promise_and_ends_the_alert(
    reception: Reception, desk: Desk, member: SignedIn, records: Records
):
    ref, _ = await a_kept_signal(reception, member, desk)
    assert len(await waiting_alerts(member, desk)) == 1
    await open_signal(ref, member, desk)

    assert await waiting_alerts(member, desk) == ()
    assert set(await promises(ref, records)) == {FollowUpKind.ANSWER}


# Answers and notes


async def test_an_answer_reaches_the_sender_and_a_note_never_does(
    reception: Reception, desk: Desk, member: SignedIn
):
    ref, received = await a_kept_signal(reception, member, desk)
    await add_note(ref, "prévenir le cadre", member, desk, idempotency_key=key())
    await reply(ref, "nous t'avons lue", member, desk, idempotency_key=key())
    await add_note(ref, "à rappeler", member, desk, idempotency_key=key())

    thread = await read_conversation(received.access, reception)
    assert [(one.from_team, one.text) for one in thread.messages][1:] == [
        (True, "nous t'avons lue")
    ]
    opened = await open_signal(ref, member, desk)
    assert [one.kind for one in opened.messages] == [
        MessageKind.INBOUND, MessageKind.NOTE, MessageKind.REPLY, MessageKind.NOTE,
    ]  # fmt: skip
    assert [one.by for one in opened.messages] == ["", "Anne", "Anne", "Anne"]


async def test_the_reason_of_a_transfer_or_a_level_is_no_word_to_the_sender(
    reception: Reception, desk: Desk, member: SignedIn
):
    ref, received = await a_kept_signal(reception, member, desk)
    await change_level(ref, member, desk, level=Level.HIGH, reason="mot du cadre")
    await transfer(ref, member, desk, to_team="flandres", reason="elle y est placée")

    assert len((await read_conversation(received.access, reception)).messages) == 1


async def test_who_answers_has_the_signal_and_nobody_else_answers_or_closes(
    reception: Reception, desk: Desk, member: SignedIn, colleague: SignedIn
):
    ref, _ = await a_kept_signal(reception, member, desk)
    with pytest.raises(NotYours):
        await close(ref, member, desk, outcome=Outcome.INFORMED)
    await reply(ref, "bonjour", member, desk, idempotency_key=key())

    with pytest.raises(NotYours) as refused:
        await reply(ref, "bonjour aussi", colleague, desk, idempotency_key=key())
    assert refused.value.owner_name == "Anne"
    with pytest.raises(NotYours) as refused:
        await close(ref, colleague, desk, outcome=Outcome.INFORMED)
    assert refused.value.owner_name == "Anne"
    await add_note(ref, "vu aussi", colleague, desk, idempotency_key=key())


async def test_parallel_first_answers_are_one_answer(
    reception: Reception, desk: Desk, installed: Installed, member: SignedIn
):
    others = [await a_member(desk, installed.recovery, "douaisis") for _ in range(8)]
    ref, received = await a_kept_signal(reception, member, desk)

    answers = await asyncio.gather(
        *(reply(ref, f"réponse {n}", m, desk, idempotency_key=key()) for n, m in enumerate(others)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, NotYours) for answer in answers) == 7
    assert answers.count(None) == 1
    assert len((await read_conversation(received.access, reception)).messages) == 2


async def test_a_double_click_is_one_answer_and_one_note(
    reception: Reception, desk: Desk, member: SignedIn, records: Records
):
    ref, received = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    answer, note = key(), key()
    await asyncio.gather(
        *(reply(ref, "bonjour", member, desk, idempotency_key=answer) for _ in range(5)),
        *(add_note(ref, "à voir", member, desk, idempotency_key=note) for _ in range(5)),
    )

    assert len((await read_conversation(received.access, reception)).messages) == 2
    opened = await open_signal(ref, member, desk)
    assert len(opened.messages) == 3
    assert [line.action for line in opened.trail].count("signal:reply") == 1
    assert set(await promises(ref, records)) == {FollowUpKind.RECONTACT}


async def test_another_text_under_the_same_key_is_not_lost(
    reception: Reception, desk: Desk, member: SignedIn
):
    """Back in the browser, another wording, sent again: what was acknowledged is there."""
    ref, received = await a_kept_signal(reception, member, desk)
    one = key()
    await reply(ref, "bonjour", member, desk, idempotency_key=one)
    await reply(ref, "bonjour, appelle le 17", member, desk, idempotency_key=one)

    texts = [m.text for m in (await read_conversation(received.access, reception)).messages]
    assert texts[1:] == ["bonjour", "bonjour, appelle le 17"]


async def test_the_same_key_for_another_signal_is_another_answer(
    reception: Reception, desk: Desk, member: SignedIn
):
    first, _ = await a_kept_signal(reception, member, desk)
    second, received = await a_kept_signal(reception, member, desk)
    one = key()
    for ref in (first, second):
        await reply(ref, "bonjour", member, desk, idempotency_key=one)

    assert len((await read_conversation(received.access, reception)).messages) == 2


@pytest.mark.parametrize("empty", ["", "  ", "\n\t\u00a0"])
async def test_without_a_word_nothing_is_sent_noted_moved_or_rated(
    empty: str, reception: Reception, desk: Desk, member: SignedIn
):
    ref, _ = await a_kept_signal(reception, member, desk)

    with pytest.raises(EmptyText):
        await reply(ref, empty, member, desk, idempotency_key=key())
    with pytest.raises(EmptyText):
        await add_note(ref, empty, member, desk, idempotency_key=key())
    with pytest.raises(EmptyText):
        await transfer(ref, member, desk, to_team="flandres", reason=empty)
    with pytest.raises(EmptyText):
        await change_level(ref, member, desk, level=Level.LOW, reason=empty)
    assert len((await open_signal(ref, member, desk)).messages) == 1


async def test_an_answer_promises_to_ask_again(
    reception: Reception, desk: Desk, member: SignedIn, records: Records, clock: FrozenClock
):
    ref, _ = await a_kept_signal(reception, member, desk, a_draft(CRITICAL_TEXT, commune="Douai"))
    clock.advance(minutes=10)
    await open_signal(ref, member, desk)
    await reply(ref, "bonjour", member, desk, idempotency_key=key())

    [promise] = (await promises(ref, records)).values()
    assert promise.kind is FollowUpKind.RECONTACT
    assert promise.due_at == clock() + timedelta(hours=24)


async def test_an_answer_does_not_read_what_came_meanwhile(
    reception: Reception, desk: Desk, member: SignedIn, records: Records
):
    ref, received = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    await add_message(received.access, a_draft("encore une chose"), reception)
    await reply(ref, "bonjour", member, desk, idempotency_key=key())

    assert FollowUpKind.READ in await promises(ref, records)


# Transfer


async def test_a_transfer_gives_the_new_team_all_and_leaves_the_former_nothing(
    reception: Reception,
    desk: Desk,
    member: SignedIn,
    elsewhere: SignedIn,
    records: Records,
):
    ref, received = await a_kept_signal(reception, member, desk)
    await claim(ref, member, desk)
    stolen = (await every_row(records))["key_wrap"]
    await transfer(ref, member, desk, to_team="flandres", reason="elle vit à Dunkerque")

    opened = await open_signal(ref, elsewhere, desk)
    assert opened.team == "flandres"
    assert opened.owner_id is None
    assert opened.messages[-1].content.text == "elle vit à Dunkerque"
    with pytest.raises(SignalNotFound):
        await open_signal(ref, member, desk)
    assert await list_queue(member, desk, queue=Queue.OPEN) == ()
    wraps = (await every_row(records))["key_wrap"]
    assert {wrap["team"] for wrap in wraps} == {"flandres", "supervision"}
    assert len(await waiting_alerts(elsewhere, desk)) == 0  # it was opened above
    assert stolen
    assert received.access.signal_id == wraps[0]["signal_id"]


async def test_the_former_team_opens_nothing_with_the_rows_that_stand(
    reception: Reception, desk: Desk, member: SignedIn, records: Records
):
    ref, received = await a_kept_signal(reception, member, desk)
    await transfer(ref, member, desk, to_team="flandres", reason="là-bas")
    rows = await every_row(records)
    [held] = [row for row in rows["team_key"] if row["member_id"] == member.id]
    team_secret = unwrap_team_key(
        held["sealed_secret"], team="douaisis", holder=str(member.id), secret=member.secret
    )

    for wrap in rows["key_wrap"]:
        for team in ("douaisis", "flandres", "supervision", "sender"):
            with pytest.raises(SealBroken):
                unwrap_for_team(
                    wrap["sealed_key"],
                    signal_id=received.access.signal_id,
                    team=team,
                    team_secret=team_secret,
                )
    [public] = [team["public_key"] for team in rows["team"] if team["code"] == "douaisis"]
    assert public_half(team_secret) == public  # it is the right key, and opens nothing


async def test_a_transfer_moves_no_due_time_and_its_unseen_alert(
    reception: Reception,
    desk: Desk,
    member: SignedIn,
    elsewhere: SignedIn,
    records: Records,
    clock: FrozenClock,
):
    ref, _ = await a_kept_signal(reception, member, desk)
    before = {kind: promise.due_at for kind, promise in (await promises(ref, records)).items()}
    clock.advance(hours=30)
    await transfer(ref, member, desk, to_team="flandres", reason="là-bas")

    after = {kind: promise.due_at for kind, promise in (await promises(ref, records)).items()}
    assert after == before
    assert await waiting_alerts(member, desk) == ()
    events = {alert.event for alert in await waiting_alerts(elsewhere, desk)}
    assert events == {OutboxEvent.RECEIVED, OutboxEvent.TRANSFERRED}


@pytest.mark.parametrize("team", ["douaisis", "supervision", "nowhere", ""])
async def test_there_is_no_transfer_to_what_is_no_other_team(
    team: str, reception: Reception, desk: Desk, member: SignedIn
):
    ref, _ = await a_kept_signal(reception, member, desk)

    with pytest.raises(UnknownTeam):
        await transfer(ref, member, desk, to_team=team, reason="là-bas")
    assert (await open_signal(ref, member, desk)).team == "douaisis"


async def test_there_and_back_again(
    reception: Reception, desk: Desk, member: SignedIn, elsewhere: SignedIn
):
    ref, _ = await a_kept_signal(reception, member, desk)
    await transfer(ref, member, desk, to_team="flandres", reason="là-bas")
    await transfer(ref, elsewhere, desk, to_team="douaisis", reason="non, ici")

    assert len((await open_signal(ref, member, desk)).messages) == 3
    with pytest.raises(SignalNotFound):
        await open_signal(ref, elsewhere, desk)


# Levels


async def test_a_raised_level_brings_earlier_due_times_and_an_alert(
    reception: Reception, desk: Desk, member: SignedIn, records: Records, clock: FrozenClock
):
    ref, _ = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    clock.advance(hours=1)
    await change_level(ref, member, desk, level=Level.CRITICAL, reason="appel de la mère")

    [promise] = (await promises(ref, records)).values()
    assert promise.due_at == clock() + timedelta(minutes=30)
    [alert] = await waiting_alerts(member, desk)
    assert (alert.event, alert.level) == (OutboxEvent.RAISED, Level.CRITICAL)


async def test_a_lowered_level_moves_no_due_time_off_and_alerts_nobody(
    reception: Reception, desk: Desk, member: SignedIn, records: Records, clock: FrozenClock
):
    ref, _ = await a_kept_signal(reception, member, desk, a_draft(CRITICAL_TEXT, commune="Douai"))
    before = {kind: promise.due_at for kind, promise in (await promises(ref, records)).items()}
    await open_signal(ref, member, desk)
    clock.advance(minutes=5)
    await change_level(ref, member, desk, level=Level.LOW, reason="jeu entre amis")

    [promise] = (await promises(ref, records)).values()
    assert promise.due_at == before[FollowUpKind.ANSWER]
    assert await waiting_alerts(member, desk) == ()
    assert (await open_signal(ref, member, desk)).level is Level.LOW


# Closing


async def test_a_closed_signal_has_an_outcome_and_no_promise_left(
    reception: Reception, desk: Desk, member: SignedIn, records: Records
):
    ref, received = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    await claim(ref, member, desk)
    await close(ref, member, desk, outcome=Outcome.REFERRED)

    [row] = (await every_row(records))["signal"]
    assert (row["state"], row["outcome"]) == (SignalState.CLOSED, Outcome.REFERRED)
    assert row["locked_codes"] is None
    assert await promises(ref, records) == {}
    assert await waiting_alerts(member, desk) == ()
    assert (await read_conversation(received.access, reception)).messages


async def test_nothing_is_closed_that_nobody_has_read(
    reception: Reception, desk: Desk, member: SignedIn, records: Records
):
    """The page was open, the sender wrote of a danger, and the closing was clicked."""
    ref, received = await a_kept_signal(reception, member, desk)
    await claim(ref, member, desk)
    with pytest.raises(NotRead):
        await close(ref, member, desk, outcome=Outcome.INFORMED)
    await open_signal(ref, member, desk)
    await add_message(received.access, a_draft(CRITICAL_TEXT), reception)

    with pytest.raises(NotRead):
        await close(ref, member, desk, outcome=Outcome.INFORMED)
    await reply(ref, "bonjour", member, desk, idempotency_key=key())
    assert {FollowUpKind.READ, FollowUpKind.ANSWER} <= set(await promises(ref, records))


async def test_only_a_sender_withdraws(reception: Reception, desk: Desk, member: SignedIn):
    ref, _ = await a_kept_signal(reception, member, desk)
    await claim(ref, member, desk)

    with pytest.raises(ValueError, match="sender"):
        await close(ref, member, desk, outcome=Outcome.WITHDRAWN)


async def test_a_closed_signal_is_not_answered_moved_rated_or_closed_again(
    reception: Reception, desk: Desk, member: SignedIn
):
    ref, _ = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    await claim(ref, member, desk)
    await close(ref, member, desk, outcome=Outcome.INFORMED)

    with pytest.raises(SignalIsClosed):
        await reply(ref, "bonjour", member, desk, idempotency_key=key())
    with pytest.raises(SignalIsClosed):
        await transfer(ref, member, desk, to_team="flandres", reason="là-bas")
    with pytest.raises(SignalIsClosed):
        await change_level(ref, member, desk, level=Level.HIGH, reason="relu")
    with pytest.raises(SignalIsClosed):
        await close(ref, member, desk, outcome=Outcome.REFERRED)
    await add_note(ref, "pour mémoire", member, desk, idempotency_key=key())


async def test_the_sender_s_new_message_opens_it_again(
    reception: Reception, desk: Desk, member: SignedIn, records: Records, clock: FrozenClock
):
    ref, received = await a_kept_signal(reception, member, desk)
    await open_signal(ref, member, desk)
    await claim(ref, member, desk)
    await close(ref, member, desk, outcome=Outcome.INFORMED)
    clock.advance(days=20)
    added = await add_message(received.access, a_draft("c'est encore moi"), reception)

    opened_again = await promises(ref, records)
    assert set(opened_again) == {FollowUpKind.READ, FollowUpKind.ANSWER}
    assert opened_again[FollowUpKind.READ].due_at == added.read_by > clock()
    opened = await open_signal(ref, member, desk)
    assert (opened.state, opened.outcome) == (SignalState.OPEN, None)


# At the same time


async def test_reading_and_closing_at_once_never_fail(
    reception: Reception, desk: Desk, member: SignedIn, colleague: SignedIn, database: Database
):
    """On PostgreSQL both take row locks and the trail's lock: always in the same order."""
    for _ in range(3):
        refs = [(await a_kept_signal(reception, member, desk))[0] for _ in range(6)]
        for ref in refs:
            await open_signal(ref, member, desk)
            await claim(ref, member, desk)
        answers = await asyncio.gather(
            *(close(ref, member, desk, outcome=Outcome.TEST) for ref in refs),
            *(open_signal(ref, colleague, desk) for ref in refs for _ in range(2)),
            return_exceptions=True,
        )
        failed = [answer for answer in answers if isinstance(answer, BaseException)]
        assert failed == [], database.kind


async def waits_for_a_lock(records: Records) -> None:
    """Return when some statement waits for a lock in this PostgreSQL database."""
    async with records._reading.connect() as connection:
        for _ in range(5000):
            waiting = await connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if waiting.scalar_one():
                return
            await connection.rollback()
    raise AssertionError("nothing waits")


@pytest.mark.parametrize("use", ["claim", "reply", "change level", "note"])
async def test_what_comes_during_a_transfer_finds_nothing_any_more(
    use: str,
    reception: Reception,
    desk: Desk,
    member: SignedIn,
    colleague: SignedIn,
    records: Records,
    database: Database,
):
    """The transfer holds the row; the colleague's act waits for it and then sees who has it."""
    if database.kind == "sqlite":
        return  # one writer: nothing can come between
    ref, _ = await a_kept_signal(reception, member, desk)
    acts = {
        "claim": lambda: claim(ref, colleague, desk),
        "reply": lambda: reply(ref, "bonjour", colleague, desk, idempotency_key=key()),
        "change level": lambda: change_level(
            ref, colleague, desk, level=Level.CRITICAL, reason="relu"
        ),
        "note": lambda: add_note(ref, "vu", colleague, desk, idempotency_key=key()),
    }
    async with records.transaction() as tx:
        signal = await tx.signals.by_ref(ref, teams=None)
        assert signal is not None
        assert await tx.signals.locked(signal.id) is not None
        act = asyncio.create_task(acts[use]())
        await waits_for_a_lock(records)
        signal.team = "flandres"

    with pytest.raises(SignalNotFound):
        await act
    [row] = (await every_row(records))["signal"]
    assert (row["team"], row["owner_id"], row["level"]) == ("flandres", None, signal.level)


async def test_an_answer_during_the_closing_is_refused(
    reception: Reception, desk: Desk, member: SignedIn, records: Records, database: Database
):
    if database.kind == "sqlite":
        return
    ref, _ = await a_kept_signal(reception, member, desk)
    await claim(ref, member, desk)
    async with records.transaction() as tx:
        signal = await tx.signals.by_ref(ref, teams=None)
        assert signal is not None
        assert await tx.signals.locked(signal.id) is not None
        act = asyncio.create_task(reply(ref, "bonjour", member, desk, idempotency_key=key()))
        await waits_for_a_lock(records)
        signal.state, signal.outcome = SignalState.CLOSED, Outcome.INFORMED

    with pytest.raises(SignalIsClosed):
        await act


# A walk over everything

ACTS = (
    "open", "claim", "take over", "reply", "note", "transfer", "raise", "lower", "close",
    "write", "write danger", "wait",
)  # fmt: skip
TEAMS = ("douaisis", "flandres", "coordination")


async def act_once(  # noqa: C901  one case an act
    act: str,
    ref: str,
    who: SignedIn,
    others: Sequence[SignedIn],
    received: Received,
    tools: tuple[Desk, Reception, FrozenClock],
) -> OpenedSignal | None:
    desk, reception, clock = tools
    match act:
        case "open":
            return await open_signal(ref, who, desk)
        case "claim":
            await claim(ref, who, desk)
        case "take over":
            await take_over(ref, who, desk, expected_owner=others[0].id)
        case "reply":
            await reply(ref, "bonjour", who, desk, idempotency_key=key())
        case "note":
            await add_note(ref, "vu", who, desk, idempotency_key=key())
        case "transfer":
            to = TEAMS[(TEAMS.index(min(who.teams)) + 1) % len(TEAMS)]
            await transfer(ref, who, desk, to_team=to, reason="là-bas")
        case "raise":
            await change_level(ref, who, desk, level=Level.CRITICAL, reason="relu")
        case "lower":
            await change_level(ref, who, desk, level=Level.LOW, reason="relu")
        case "close":
            await close(ref, who, desk, outcome=Outcome.ACCOMPANIED)
        case "write":
            await add_message(received.access, a_draft("merci"), reception)
        case "write danger":
            await add_message(received.access, a_draft(CRITICAL_TEXT), reception)
        case _:
            clock.advance(hours=7)
    return None


async def check(signal_id: UUID, records: Records, due: dict[UUID, datetime], act: str) -> Level:
    rows = await every_row(records)
    [signal] = [row for row in rows["signal"] if row["id"] == signal_id]
    follow_ups = [row for row in rows["follow_up"] if row["signal_id"] == signal_id]
    still_open = [row for row in follow_ups if row["met_at"] is None and row["ended_at"] is None]
    wraps = {row["team"] for row in rows["key_wrap"] if row["signal_id"] == signal_id}
    assert bool(still_open) == (signal["state"] is SignalState.OPEN), act
    assert (signal["outcome"] is None) == (signal["state"] is SignalState.OPEN), act
    assert (signal["locked_codes"] is not None) == (signal["state"] is SignalState.OPEN), act
    assert wraps == {signal["team"], "supervision"}, act
    for row in follow_ups:
        assert row["due_at"] <= due.get(row["id"], row["due_at"]), act
        due[row["id"]] = row["due_at"]
    return Level(signal["level"])


@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3)), max_size=25))
async def test_whatever_happens_an_open_signal_has_a_next_dated_promise(
    steps: list[tuple[str, int]],
    reception: Reception,
    desk: Desk,
    installed: Installed,
    records: Records,
    clock: FrozenClock,
):
    staff = [await a_member(desk, installed.recovery, team) for team in ("douaisis", *TEAMS)]
    ref, received = await a_kept_signal(reception, staff[0], desk)
    signal_id = received.access.signal_id
    due: dict[UUID, datetime] = {}
    level = await check(signal_id, records, due, "receive")
    for act, place in steps:
        who = staff[place]
        others = [one for one in staff if one is not who]
        with_refusal = act_once(act, ref, who, others, received, (desk, reception, clock))
        try:
            await with_refusal
        except DispatchError:
            act += " refused"  # noqa: PLW2901
        now_level = await check(signal_id, records, due, act)
        assert now_level.rank >= level.rank or act == "lower"
        level = now_level
    async with records.reading() as tx:
        assert (await tx.audit.verify()).broken_at is None

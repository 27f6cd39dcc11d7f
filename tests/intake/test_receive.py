"""Receiving a signal: kept once, routed, promised, and the same receipt for the same submission."""

import asyncio
from datetime import timedelta

import pytest

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.listening_point import ListeningPoint
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue, waiting_alerts
from intake.drafts import AgeBand, SignalDraft
from intake.errors import EmptyMessage, SubmissionDiffers
from intake.receive import receive_signal
from intake.reception import Reception
from intake.sender import read_conversation, unlock_receipt
from records.tables import FollowUpKind, OutboxEvent
from tests.builders import COMMUNE_OF, TERRITORIES, FrozenClock, a_draft, a_member
from triage import Rulebook, load_rulebook
from triage.vocabulary import Author, Level


async def test_a_signal_is_read_by_its_team_and_by_the_receipt(
    reception: Reception, desk: Desk, installed: Installed
):
    received = await receive_signal(a_draft("ma fille a fugué à Douai"), reception)
    member = await a_member(desk, installed.recovery, "douaisis")

    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    opened = await open_signal(row.ref, member, desk)
    thread = await read_conversation(await unlock_receipt(received.code, reception), reception)

    assert opened.messages[0].content.text == "ma fille a fugué à Douai"
    assert [message.text for message in thread.messages] == ["ma fille a fugué à Douai"]


@pytest.mark.parametrize("territory", TERRITORIES)
async def test_the_commune_chosen_on_the_form_decides_the_team(
    territory: str, reception: Reception, desk: Desk, installed: Installed
):
    draft = a_draft("il est à Lille en ce moment", commune=COMMUNE_OF[territory])
    await receive_signal(draft, reception)

    member = await a_member(desk, installed.recovery, territory)
    assert [row.team for row in await list_queue(member, desk, queue=Queue.OPEN)] == [territory]


@pytest.mark.parametrize(
    ("text", "commune"),
    [("bonjour", None), ("bonjour", "xyzzy"), ("bonjour", "Marseille"), ("bonjour", "59310")],
)
async def test_what_has_no_team_lies_with_coordination(
    text: str, commune: str | None, reception: Reception, desk: Desk, installed: Installed
):
    await receive_signal(a_draft(text, commune=commune), reception)

    member = await a_member(desk, installed.recovery, "coordination")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1


async def test_a_split_postal_code_asks_for_the_commune(reception: Reception):
    received = await receive_signal(a_draft("bonjour", commune="59310"), reception)

    assert "Orchies" in received.communes


async def test_the_same_submission_is_one_signal_and_one_receipt(
    reception: Reception, desk: Desk, installed: Installed
):
    draft = a_draft("bonjour", commune="Douai")

    answers = await asyncio.gather(*(receive_signal(draft, reception) for _ in range(8)))

    member = await a_member(desk, installed.recovery, "douaisis")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1
    assert len({answer.code for answer in answers}) == 1
    assert len({answer.read_by for answer in answers}) == 1


async def test_the_same_key_with_another_content_is_refused(reception: Reception):
    await receive_signal(a_draft("bonjour", idempotency_key="k" * 36), reception)

    with pytest.raises(SubmissionDiffers):
        await receive_signal(a_draft("bonsoir", idempotency_key="k" * 36), reception)


async def test_no_words_are_refused(reception: Reception):
    with pytest.raises(EmptyMessage):
        await receive_signal(a_draft(" \n\t"), reception)


async def test_every_signal_has_dated_promises_and_an_alert(
    reception: Reception, desk: Desk, installed: Installed, clock: FrozenClock
):
    received = await receive_signal(
        a_draft("il m'a enfermée, ils reviennent ce soir, j'ai 12 ans", commune="Douai"), reception
    )
    member = await a_member(desk, installed.recovery, "douaisis")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    [alert] = await waiting_alerts(member, desk)

    assert row.level is Level.CRITICAL
    assert (row.promise, row.due_at) == (FollowUpKind.READ, clock() + timedelta(minutes=15))
    assert received.read_by == row.due_at
    assert received.emergency is not None
    assert (alert.ref, alert.event) == (row.ref, OutboxEvent.RECEIVED)


async def test_a_stated_age_raises_the_level(reception: Reception):
    text = "je fais des passes"
    grown = await receive_signal(a_draft(text, age=AgeBand.FROM_15_TO_17), reception)
    small = await receive_signal(a_draft(text, age=AgeBand.UNDER_13), reception)

    assert grown.emergency is None
    assert small.emergency is not None


async def test_a_signal_whose_triage_fails_is_kept_high_for_coordination(
    reception: Reception, desk: Desk, installed: Installed, rulebook: Rulebook
):
    class Broken:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError(name)

    broken = Reception(
        reception.records,
        Broken(),  # type: ignore[arg-type]
        reception.gazetteer,
        reception.point,
        reception.clock,
        reception.receipt_cost,
    )
    await receive_signal(a_draft("bonjour"), broken)

    member = await a_member(desk, installed.recovery, "coordination")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    assert row.level is Level.HIGH


async def test_a_suspicious_signal_waits_in_the_quarantine_of_its_team(
    reception: Reception, desk: Desk, installed: Installed
):
    await receive_signal(a_draft("bonjour", commune="Douai"), reception, suspicious=True)

    member = await a_member(desk, installed.recovery, "douaisis")
    assert await list_queue(member, desk, queue=Queue.OPEN) == ()
    assert len(await list_queue(member, desk, queue=Queue.QUARANTINE)) == 1


async def test_nothing_but_the_words_and_choices_of_the_sender_is_kept(
    reception: Reception, desk: Desk, installed: Installed
):
    draft = a_draft(
        "bonjour", commune="Douai", postal_code="59500", age=AgeBand.ADULT, author=Author.PEER
    )
    await receive_signal(draft, reception)

    member = await a_member(desk, installed.recovery, "douaisis")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    content = (await open_signal(row.ref, member, desk)).messages[0].content
    assert (content.commune, content.postal_code, content.age) == ("Douai", "59500", "18+")


@pytest.mark.parametrize("half", ["\ud83d", "a\udc00b"])
async def test_half_a_character_loses_no_message(half: str, reception: Reception):
    received = await receive_signal(a_draft(f"aide {half}"), reception)

    thread = await read_conversation(received.access, reception)
    assert thread.messages[0].text.startswith("aide")


async def test_a_team_without_a_key_closes_no_door(
    reception: Reception, desk: Desk, installed: Installed, point: ListeningPoint
):
    """A seventh district that nobody has installed yet: coordination reads it."""
    reception._team_keys.clear()
    await reception.learn_teams()
    del reception._team_keys["douaisis"]

    await receive_signal(a_draft("bonjour", commune="Douai"), reception)

    member = await a_member(desk, installed.recovery, "coordination")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    assert row.team == "coordination"


def test_a_message_is_kept_as_written_but_for_signs_that_turn_it_around():
    written = "l\u2019a\u0300 Saint\u2011Amand\u200e\r\nfin"
    plain, turned = (SignalDraft(text, "key") for text in (written, f"\u202e{written}\x00"))

    assert plain.text == turned.text == written
    assert plain.fingerprint() == turned.fingerprint()


def test_the_rulebook_is_the_one_that_ships(rulebook: Rulebook):
    assert load_rulebook().version == rulebook.version

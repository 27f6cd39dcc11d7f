"""References for people: drawn again on a clash, easy to say and to hear."""

import secrets
from collections.abc import Iterator

import pytest

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.queue import Queue, list_queue
from intake.receive import receive_signal
from intake.reception import Reception
from records.errors import Conflict
from records.ids import new_id, new_ref
from tests.builders import a_draft, a_member


def dice(monkeypatch: pytest.MonkeyPatch, letters: str) -> None:
    """The machine's dice fall like this, over and over."""
    thrown: Iterator[str] = iter(letters * 100)
    monkeypatch.setattr(secrets, "choice", lambda _: next(thrown))


async def test_a_reference_that_stands_already_is_drawn_again(
    reception: Reception, desk: Desk, installed: Installed, monkeypatch: pytest.MonkeyPatch
):
    member = await a_member(desk, installed.recovery, "douaisis")
    dice(monkeypatch, "333333333333333333444444")
    first = await receive_signal(a_draft(commune="Douai"), reception)
    second = await receive_signal(a_draft(commune="Douai"), reception)

    rows = await list_queue(member, desk, queue=Queue.OPEN)
    assert {row.ref for row in rows} == {"333-333", "444-444"}
    assert first.code != second.code


async def test_dice_that_always_fall_the_same_are_told_and_acknowledge_nothing(
    reception: Reception, desk: Desk, installed: Installed, monkeypatch: pytest.MonkeyPatch
):
    member = await a_member(desk, installed.recovery, "douaisis")
    dice(monkeypatch, "333333")
    await receive_signal(a_draft(commune="Douai"), reception)

    with pytest.raises(Conflict):
        await receive_signal(a_draft(commune="Douai"), reception)
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1


def test_references_have_no_letters_that_sound_or_look_alike():
    drawn = {new_ref() for _ in range(500)}

    assert len(drawn) > 490
    assert all(len(ref) == 7 and ref[3] == "-" for ref in drawn)
    assert not set("".join(drawn)) & set("AEIOU01258BILSVZ")


def test_ids_rise_with_time():
    ids = [new_id() for _ in range(100)]

    assert ids == sorted(ids)
    assert len(set(ids)) == 100

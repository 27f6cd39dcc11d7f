"""What is erased when: the rules, and what stands above every rule."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.listening_point import load_listening_point
from dispatch.retention import Facts, Fate, RetentionPolicy, fate
from records.tables import Outcome
from tests.builders import NORD, TUESDAY_MORNING
from triage.vocabulary import Level

NOW = TUESDAY_MORNING
POLICY = load_listening_point(NORD).retention
GONE = {Fate.ERASE, Fate.ERASE_CONTENT}


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def facts(
    outcome: Outcome = Outcome.NO_DANGER, *, contact: float, closed: float | None = None
) -> Facts:
    return Facts(
        is_open=False, is_unread=False, is_unassigned=False, level=Level.LOW, outcome=outcome,
        last_contact=ago(contact), closed_at=ago(closed if closed is not None else contact),
        content_erased=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (facts(contact=89.99), Fate.KEPT),
        (facts(contact=90), Fate.ERASE),
        (facts(Outcome.TEST, contact=90), Fate.ERASE),
        (facts(Outcome.ACCOMPANIED, contact=90), Fate.KEPT),
        (facts(Outcome.ACCOMPANIED, contact=729.99), Fate.KEPT),
        (facts(Outcome.ACCOMPANIED, contact=730), Fate.ERASE),
        (facts(Outcome.TRANSMITTED, contact=40, closed=29.99), Fate.KEPT),
        (facts(Outcome.TRANSMITTED, contact=40, closed=30), Fate.ERASE_CONTENT),
        (facts(Outcome.TRANSMITTED, contact=29, closed=30), Fate.HELD_RECENT),
        (facts(Outcome.TRANSMITTED, contact=740, closed=10), Fate.ERASE),
        (
            replace(facts(Outcome.TRANSMITTED, contact=40, closed=31), content_erased=True),
            Fate.KEPT,
        ),
    ],
)
def test_each_rule_holds_to_the_second(one: Facts, expected: Fate):
    assert fate(one, POLICY, now=NOW) is expected


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({"is_open": True}, Fate.HELD_OPEN),
        ({"is_unread": True}, Fate.HELD_UNREAD),
        ({"is_unassigned": True}, Fate.HELD_UNASSIGNED),
        ({"level": Level.CRITICAL}, Fate.HELD_CRITICAL),
    ],
)
def test_what_must_not_be_purged_is_held_and_says_why(change: Any, held: Fate):
    assert fate(replace(facts(contact=800), **change), POLICY, now=NOW) is held


any_facts = st.builds(
    Facts,
    is_open=st.booleans(), is_unread=st.booleans(), is_unassigned=st.booleans(),
    level=st.sampled_from(Level), outcome=st.sampled_from([None, *Outcome]),
    last_contact=st.integers(0, 1500).map(ago), closed_at=st.integers(0, 1500).map(ago),
    content_erased=st.booleans(),
)  # fmt: skip
shorter = st.integers(1, 89).map(lambda days: replace(POLICY, no_danger=timedelta(days=days)))


@settings(deadline=None, max_examples=300)
@given(any_facts)
def test_nothing_open_unread_unassigned_critical_or_recent_is_ever_purged(one: Facts):
    guarded = (
        one.is_open or one.is_unread or one.is_unassigned or one.level is Level.CRITICAL
        or one.last_contact > ago(30)
    )  # fmt: skip
    if guarded:
        assert fate(one, POLICY, now=NOW) not in GONE


@settings(deadline=None, max_examples=300)
@given(any_facts, st.integers(0, 800), shorter)
def test_time_and_a_shorter_policy_never_bring_anything_back(
    one: Facts, days: int, policy: RetentionPolicy
):
    if fate(one, POLICY, now=NOW) is Fate.ERASE:
        assert fate(one, POLICY, now=NOW + timedelta(days=days)) is Fate.ERASE
        assert fate(one, policy, now=NOW) is Fate.ERASE

"""A conversation's keys and contents: who can open what, and who cannot."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.conversations import (
    Content,
    lock_codes,
    new_conversation,
    open_assessment,
    open_content,
    seal_assessment,
    seal_content,
    unlock_codes,
    unwrap_for_sender,
    unwrap_for_team,
    unwrap_team_key,
    wrap_for_sender,
    wrap_for_team,
    wrap_team_key,
)
from records.errors import SealBroken
from records.passwords import receipt_keys
from records.sealing import SecretKey, make_key_pair, make_secret
from records.server_keys import VersionedKey
from tests.builders import QUICK
from triage.assessment import Assessment, Finding, PlaceMention
from triage.vocabulary import FindingStatus, Indicator, Level, Territory

TALK = new_conversation()
SIGNAL, MESSAGE = uuid.uuid4(), uuid.uuid4()
TEAM_A, TEAM_B = make_key_pair(), make_key_pair()
OFTEN = settings(deadline=None, max_examples=80)
maybe = st.none() | st.text(max_size=40)
contents = st.builds(Content, st.text(max_size=3000), maybe, maybe, maybe)
findings = st.builds(
    Finding,
    st.sampled_from(Indicator), st.integers(0, 99), st.integers(0, 99),
    st.sampled_from(FindingStatus), st.text(max_size=20), st.text(max_size=20),
)  # fmt: skip
places = st.builds(
    PlaceMention, st.integers(0, 9), st.integers(0, 9), st.text(max_size=20),
    st.text(max_size=20).map(Territory),
)  # fmt: skip
assessments = st.builds(
    Assessment,
    level=st.sampled_from(Level),
    territory=st.text(max_size=20).map(Territory),
    findings=st.lists(findings, max_size=4).map(tuple),
    places=st.lists(places, max_size=3).map(tuple),
    because=st.lists(st.text(max_size=30), max_size=3).map(tuple),
    rules_version=st.text(max_size=20),
)


@OFTEN
@given(contents)
def test_any_text_comes_back_as_it_was_written(content: Content):
    sealed = seal_content(content, signal_id=SIGNAL, message_id=MESSAGE, to=TALK.public)

    opened = open_content(sealed, signal_id=SIGNAL, message_id=MESSAGE, secret=TALK.secret)
    assert opened == content


@OFTEN
@given(assessments)
def test_any_assessment_comes_back_as_it_was(assessment: Assessment):
    sealed = seal_assessment(assessment, signal_id=SIGNAL, message_id=MESSAGE, to=TALK.public)

    opened = open_assessment(sealed, signal_id=SIGNAL, message_id=MESSAGE, secret=TALK.secret)
    assert opened == assessment


@OFTEN
@given(st.frozensets(st.sampled_from(Indicator)))
def test_codes_come_back_under_the_version_that_locked_them(codes: frozenset[Indicator]):
    first, second = make_secret(), make_secret()
    locked = lock_codes(codes, signal_id=SIGNAL, key=VersionedKey(1, {1: first}))
    rotated = VersionedKey(2, {1: first, 2: second})

    assert unlock_codes(locked, signal_id=SIGNAL, version=1, key=rotated) == codes
    with pytest.raises(SealBroken):
        unlock_codes(locked, signal_id=SIGNAL, version=2, key=rotated)
    with pytest.raises(SealBroken):
        unlock_codes(locked, signal_id=SIGNAL, version=3, key=rotated)
    with pytest.raises(SealBroken):
        unlock_codes(locked, signal_id=uuid.uuid4(), version=1, key=rotated)


def test_a_message_moved_to_another_row_does_not_open():
    sealed = seal_content(Content("mots"), signal_id=SIGNAL, message_id=MESSAGE, to=TALK.public)

    for signal_id, message_id in (
        (uuid.uuid4(), MESSAGE),
        (SIGNAL, uuid.uuid4()),
        (MESSAGE, SIGNAL),
    ):
        with pytest.raises(SealBroken):
            open_content(sealed, signal_id=signal_id, message_id=message_id, secret=TALK.secret)
    with pytest.raises(SealBroken):
        open_assessment(sealed, signal_id=SIGNAL, message_id=MESSAGE, secret=TALK.secret)


def test_a_team_s_wrap_opens_for_that_team_and_signal_alone():
    wrap = wrap_for_team(TALK.secret, signal_id=SIGNAL, team="a", public_key=TEAM_A.public)

    assert (
        unwrap_for_team(wrap, signal_id=SIGNAL, team="a", team_secret=TEAM_A.secret) == TALK.secret
    )
    for signal_id, team, secret in (
        (SIGNAL, "a", TEAM_B.secret),
        (SIGNAL, "b", TEAM_A.secret),
        (SIGNAL, "b", TEAM_B.secret),
        (uuid.uuid4(), "a", TEAM_A.secret),
        (SIGNAL, "a", TALK.secret),
    ):
        with pytest.raises(SealBroken):
            unwrap_for_team(wrap, signal_id=signal_id, team=team, team_secret=secret)


def test_the_sender_s_wrap_opens_with_the_receipt_and_the_pepper_alone():
    pepper, other = make_secret(), make_secret()
    keys = receipt_keys("six mots", pepper=pepper, cost=QUICK)
    wrap = wrap_for_sender(TALK.secret, signal_id=SIGNAL, receipt_key=keys.key)

    assert unwrap_for_sender(wrap, signal_id=SIGNAL, receipt_key=keys.key) == TALK.secret
    wrong = [
        receipt_keys("six mot", pepper=pepper, cost=QUICK).key,
        receipt_keys("six mots", pepper=other, cost=QUICK).key,
        SecretKey(keys.lookup),  # what the database holds
        pepper,
    ]
    for key in wrong:
        with pytest.raises(SealBroken):
            unwrap_for_sender(wrap, signal_id=SIGNAL, receipt_key=key)
    with pytest.raises(SealBroken):
        unwrap_for_sender(wrap, signal_id=uuid.uuid4(), receipt_key=keys.key)


def test_a_team_s_key_opens_for_its_holder_alone():
    member, other = make_key_pair(), make_key_pair()
    held = wrap_team_key(TEAM_A.secret, team="a", holder="m", public_key=member.public)

    assert unwrap_team_key(held, team="a", holder="m", secret=member.secret) == TEAM_A.secret
    for team, holder, secret in (
        ("a", "m", other.secret),
        ("a", "n", member.secret),
        ("b", "m", member.secret),
    ):
        with pytest.raises(SealBroken):
            unwrap_team_key(held, team=team, holder=holder, secret=secret)


def test_all_texts_of_a_class_weigh_the_same():
    sizes = {
        len(seal_content(Content("x" * n), signal_id=SIGNAL, message_id=MESSAGE, to=TALK.public))
        for n in range(50)
    }

    assert len(sizes) == 1


def test_no_repr_shows_words():
    assert "secret" not in repr(Content("secret", "secret", "secret", "secret"))

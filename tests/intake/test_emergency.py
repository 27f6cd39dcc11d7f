"""The emergency card: which numbers, in which order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.listening_point import ListeningPoint
from intake.emergency import emergency_card
from triage.vocabulary import Indicator, Level

said = st.frozensets(st.sampled_from(Indicator))
VIOLENCE = {Indicator.IMMEDIATE_DANGER, Indicator.CONFINEMENT, Indicator.PHYSICAL_VIOLENCE}


@settings(deadline=None, max_examples=200)
@given(indicators=said)
def test_three_first_then_the_others_and_each_once(
    indicators: frozenset[Indicator], point: ListeningPoint
):
    card = emergency_card(Level.CRITICAL, indicators)

    assert card is not None
    assert len(card.first) == 3
    shown = [*card.first, *card.others]
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(point.numbers)
    assert {"police", "silent_sms", "child_danger", "medical", "suicide", "images"} == set(shown)


@pytest.mark.parametrize("level", [Level.LOW, Level.MODERATE, Level.HIGH])
@pytest.mark.parametrize("indicator", [Indicator.SUICIDE_INTENT, Indicator.IMMEDIATE_DANGER])
def test_below_critical_there_is_no_card(level: Level, indicator: Indicator):
    assert emergency_card(level, frozenset({indicator})) is None


def first(*indicators: Indicator) -> tuple[str, ...]:
    card = emergency_card(Level.CRITICAL, frozenset(indicators))
    assert card is not None
    return card.first


def test_the_usual_order_is_fixed():
    assert first() == ("police", "silent_sms", "child_danger")
    assert first(Indicator.CONFINEMENT, Indicator.UNDER_13) == (
        "police", "silent_sms", "child_danger",
    )  # fmt: skip


@pytest.mark.parametrize("indicator", [Indicator.SUICIDE_INTENT, Indicator.SUICIDAL_IDEATION])
def test_words_about_dying_put_3114_first(indicator: Indicator):
    assert first(indicator)[0] == "suicide"
    assert first(indicator, Indicator.IMMEDIATE_DANGER)[:2] == ("suicide", "police")


def test_words_about_images_put_3018_first():
    assert first(Indicator.SEXTORTION)[0] == "images"
    assert first(Indicator.SEXTORTION, Indicator.INTIMATE_IMAGES)[0] == "images"


@pytest.mark.parametrize("besides", sorted(VIOLENCE))
def test_images_do_not_come_before_the_police_where_somebody_is_in_danger(besides: Indicator):
    assert first(Indicator.SEXTORTION, besides)[0] == "police"


def test_who_needs_a_doctor_now_calls_the_doctor_first():
    assert first(Indicator.MEDICAL_EMERGENCY)[0] == "medical"

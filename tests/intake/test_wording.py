"""Moments in words: local time, both clock changes, and never earlier than promised."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from intake.drafts import AgeBand
from intake.wording import age_in_words, deadline_in_words, hours_in_words, in_words
from runtime.i18n import load_texts

PARIS = ZoneInfo("Europe/Paris")
FRENCH, ENGLISH = load_texts("fr"), load_texts("en")
NOW = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # 23:30 in Paris


def said(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("moment", "french", "english"),
    [
        (datetime(2026, 11, 24, 22, 59, tzinfo=UTC), "aujourd’hui à 23 h 59", "today at 23:59"),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), "demain à 0 h", "tomorrow at 0:00"),
        (datetime(2026, 11, 25, 8, 0, tzinfo=UTC), "demain à 9 h", "tomorrow at 9:00"),
        (
            datetime(2026, 11, 30, 8, 5, tzinfo=UTC),
            "lundi 30 novembre à 9 h 05",
            "Monday 30 November at 9:05",
        ),
        (
            datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
            "lundi 23 novembre à 9 h",
            "Monday 23 November at 9:00",
        ),
    ],
)
def test_a_moment_is_told_as_people_say_it(moment: datetime, french: str, english: str):
    assert said(in_words(moment, now=NOW, zone=PARIS, texts=FRENCH)) == french
    assert said(in_words(moment, now=NOW, zone=PARIS, texts=ENGLISH)) == english


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "1 h 59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "3 h"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2 h 30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2 h 30"),
    ],
)
def test_both_clock_changes_come_out_right(moment: datetime, expected: str):
    told = said(in_words(moment, now=moment, zone=PARIS, texts=FRENCH))

    assert told == f"aujourd’hui à {expected}"


@pytest.mark.parametrize(
    ("minute", "second", "expected"),
    [(15, 0, "9 h 15"), (15, 1, "9 h 20"), (12, 30, "9 h 15"), (57, 0, "10 h"), (0, 0, "9 h")],
)
def test_a_promise_is_never_told_earlier_than_it_is(minute: int, second: int, expected: str):
    promised = datetime(2026, 11, 24, 8, minute, second, tzinfo=UTC)

    told = said(deadline_in_words(promised, now=promised, zone=PARIS, texts=FRENCH))

    assert told == f"aujourd’hui à {expected}"


def test_the_hours_of_a_number_are_words():
    assert hours_in_words("24/7", FRENCH) == "jour et nuit"
    assert said(hours_in_words("09:00-23:00", FRENCH)) == "de 9 h à 23 h"
    assert said(hours_in_words("09:30-12:15", ENGLISH)) == "from 9:30 to 12:15"


def test_age_bands_have_names():
    assert [age_in_words(band, FRENCH) for band in AgeBand] == [
        "Moins de 13 ans",
        "13 à 14 ans",
        "15 à 17 ans",
        "18 ans ou plus",
    ]

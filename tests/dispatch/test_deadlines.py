"""The design's table of deadlines, literally, and what is overdue."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.deadlines import due_at, is_overdue
from dispatch.listening_point import ListeningPoint
from records.tables import FollowUpKind
from tests.builders import TUESDAY_MORNING
from triage.vocabulary import Level

READ, ANSWER, RECONTACT = FollowUpKind.READ, FollowUpKind.ANSWER, FollowUpKind.RECONTACT
FRIDAY_NIGHT = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
moments = st.integers(0, 730 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def due(
    kind: FollowUpKind, level: Level, point: ListeningPoint, since: datetime = TUESDAY_MORNING
) -> datetime:
    return due_at(kind, level, since=since, policy=point.deadlines, calendar=point.calendar)


@pytest.mark.parametrize("since", [TUESDAY_MORNING, FRIDAY_NIGHT])
def test_critical_is_due_by_the_clock_day_and_night(since: datetime, point: ListeningPoint):
    assert due(READ, Level.CRITICAL, point, since) == since + timedelta(minutes=15)
    assert due(ANSWER, Level.CRITICAL, point, since) == since + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("kind", "level", "duty_hours"),
    [
        (READ, Level.HIGH, 1),
        (ANSWER, Level.HIGH, 4),
        (READ, Level.MODERATE, 24),
        (ANSWER, Level.MODERATE, 48),
        (READ, Level.LOW, 72),
    ],
)
@pytest.mark.parametrize("since", [TUESDAY_MORNING, FRIDAY_NIGHT])
def test_below_critical_hours_are_duty_time(
    kind: FollowUpKind, level: Level, duty_hours: int, since: datetime, point: ListeningPoint
):
    expected = point.calendar.after(since, timedelta(hours=duty_hours))

    assert due(kind, level, point, since) == expected


def test_high_on_a_friday_night_is_read_on_monday_morning(point: ListeningPoint):
    # 09:00 in Lille is 08:00 UTC in winter.
    assert due(READ, Level.HIGH, point, FRIDAY_NIGHT) == datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "length"),
    [
        (Level.CRITICAL, timedelta(hours=24)),
        (Level.HIGH, timedelta(hours=72)),
        (Level.MODERATE, timedelta(days=7)),
        (Level.LOW, timedelta(days=30)),
    ],
)
def test_the_rhythm_of_recontact(level: Level, length: timedelta, point: ListeningPoint):
    assert due(RECONTACT, level, point) == TUESDAY_MORNING + length


@settings(deadline=None, max_examples=150)
@given(since=moments)
def test_no_answer_is_due_before_the_reading_and_a_higher_level_never_later(
    since: datetime, point: ListeningPoint
):
    for level in Level:
        assert since < due(READ, level, point, since) <= due(ANSWER, level, point, since)
    for lower, higher in zip(Level, list(Level)[1:], strict=False):
        for kind in FollowUpKind:
            assert due(kind, higher, point, since) <= due(kind, lower, point, since)


def test_due_times_are_in_utc(point: ListeningPoint):
    for kind in FollowUpKind:
        for level in Level:
            assert due(kind, level, point).utcoffset() == timedelta(0)


def test_a_promise_is_overdue_from_its_due_time_on_until_it_is_met():
    moment, instant = TUESDAY_MORNING, timedelta(microseconds=1)

    assert not is_overdue(moment, None, now=moment - instant)
    assert is_overdue(moment, None, now=moment)
    assert not is_overdue(moment, moment + timedelta(days=1), now=moment + timedelta(days=2))

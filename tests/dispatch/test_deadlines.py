"""The table of deadlines, literally, and what is overdue."""

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
    ("kind", "level", "since", "expected"),
    [
        # Tuesday 10:00 in Lille, which is 09:00 UTC in winter.
        (READ, Level.HIGH, "2026-11-24 09:00", "2026-11-24 11:00"),
        (ANSWER, Level.HIGH, "2026-11-24 09:00", "2026-11-24 13:00"),
        (READ, Level.MODERATE, "2026-11-24 09:00", "2026-11-25 17:45"),
        (ANSWER, Level.MODERATE, "2026-11-24 09:00", "2026-11-26 16:45"),
        (READ, Level.LOW, "2026-11-24 09:00", "2026-11-26 16:45"),
        (ANSWER, Level.LOW, "2026-11-24 09:00", "2026-11-30 16:45"),
        # Friday 23:00, a Sunday, a Monday before opening, the evening before Ascension Day.
        (READ, Level.HIGH, "2026-11-27 22:00", "2026-11-28 09:00"),
        (READ, Level.HIGH, "2026-11-27 20:30", "2026-11-28 08:30"),
        (READ, Level.MODERATE, "2026-11-27 22:00", "2026-11-30 16:45"),
        (READ, Level.MODERATE, "2026-11-29 10:00", "2026-11-30 16:45"),
        (READ, Level.MODERATE, "2026-11-30 07:00", "2026-11-30 16:45"),
        (READ, Level.LOW, "2026-11-29 10:00", "2026-12-01 16:45"),
        (READ, Level.MODERATE, "2026-05-13 18:00", "2026-05-15 15:15"),
        # The night in which clocks go forward, and the one in which they go back.
        (READ, Level.HIGH, "2026-03-28 20:30", "2026-03-29 07:30"),
        (READ, Level.HIGH, "2026-10-24 19:30", "2026-10-25 08:30"),
    ],
)
def test_below_critical_each_level_has_its_hours(
    kind: FollowUpKind, level: Level, since: str, expected: str, point: ListeningPoint
):
    """High by the hours at which people are awake, the rest by the days on which a team is open."""
    begins, ends = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (since, expected))

    assert due(kind, level, point, begins) == ends


@settings(deadline=None, max_examples=300)
@given(since=moments, kind=st.sampled_from(FollowUpKind), level=st.sampled_from(Level))
def test_what_is_not_urgent_falls_due_on_duty_and_inside_its_promise(
    since: datetime, kind: FollowUpKind, level: Level, point: ListeningPoint
):
    at = due(kind, level, point, since)
    longest = point.deadlines.time_given(kind, level).after(since, point.calendar)
    if point.deadlines.is_urgent(kind, level):
        assert at == longest
        return
    assert at > since
    assert point.calendar.is_on_duty(at)
    no_duty_before = not point.calendar.between(since, longest)
    assert at <= longest or (no_duty_before and at == point.calendar.next_opening(longest))


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
        for kind in (READ, ANSWER):
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

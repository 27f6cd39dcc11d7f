"""Duty time: inside opening hours, additive, right across both changes of the clock."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dispatch.duty import Closure, DutyCalendar, Opening
from dispatch.listening_point import ListeningPoint

PARIS = ZoneInfo("Europe/Paris")
WORKED = settings(deadline=None, max_examples=120)


def hours(*openings: str) -> tuple[Opening, ...]:
    return tuple(
        Opening(time.fromisoformat(start), time.fromisoformat(end))
        for start, _, end in (opening.partition("-") for opening in openings)
    )


def a_calendar(
    by_day: Mapping[int, tuple[Opening, ...]] | None = None, *closures: Closure
) -> DutyCalendar:
    week = {day: hours("09:00-12:30", "13:30-18:00") for day in range(5)}
    return DutyCalendar(PARIS, week if by_day is None else by_day, closures)


OFFICE = a_calendar()
ALWAYS = a_calendar({day: hours("00:00-00:00") for day in range(7)})
EVENINGS = a_calendar({day: hours("18:00-00:00") for day in range(7)})
ACROSS_THE_CHANGES = a_calendar({day: hours("00:00-04:00", "20:00-00:00") for day in range(7)})
calendars = st.sampled_from([OFFICE, ALWAYS, EVENINGS, ACROSS_THE_CHANGES])
moments = st.integers(0, 1060 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
lengths = st.integers(1, 60 * 200).map(lambda minutes: timedelta(minutes=minutes))
SPRING = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
AUTUMN = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def is_open_or_just_closed(calendar: DutyCalendar, moment: datetime) -> bool:
    just_before = moment - timedelta(microseconds=1)
    return calendar.is_on_duty(moment) or calendar.is_on_duty(just_before)


@WORKED
@given(calendars, moments, lengths)
@example(OFFICE, SPRING, timedelta(hours=1))
@example(ACROSS_THE_CHANGES, SPRING, timedelta(hours=5))
@example(ACROSS_THE_CHANGES, AUTUMN, timedelta(hours=5))
def test_duty_time_ends_inside_opening_hours(
    calendar: DutyCalendar, moment: datetime, length: timedelta
):
    after = calendar.after(moment, length)

    assert after >= moment + length
    assert is_open_or_just_closed(calendar, after)


@WORKED
@given(calendars, moments, moments, lengths, lengths)
def test_later_or_longer_is_never_earlier(
    calendar: DutyCalendar, one: datetime, other: datetime, length: timedelta, more: timedelta
):
    early, late = sorted((one, other))

    assert calendar.after(early, length) <= calendar.after(late, length)
    assert calendar.after(early, length) < calendar.after(early, length + more)


@WORKED
@given(calendars, moments, lengths, lengths)
@example(ACROSS_THE_CHANGES, SPRING, timedelta(minutes=30), timedelta(hours=9))
@example(ACROSS_THE_CHANGES, AUTUMN, timedelta(minutes=90), timedelta(hours=9))
def test_two_lengths_one_after_the_other_are_their_sum(
    calendar: DutyCalendar, moment: datetime, first: timedelta, then: timedelta
):
    assert calendar.after(calendar.after(moment, first), then) == (
        calendar.after(moment, first + then)
    )


@WORKED
@given(moments, lengths)
def test_always_open_is_the_clock_itself(moment: datetime, length: timedelta):
    assert ALWAYS.is_on_duty(moment) or ALWAYS.is_closed_day(moment.astimezone(PARIS).date())
    assume(not any(
        ALWAYS.is_closed_day((moment + timedelta(days=day)).astimezone(PARIS).date())
        for day in range((length.days or 0) + 2)
    ))  # fmt: skip
    assert ALWAYS.after(moment, length) == moment + length


@WORKED
@given(calendars, moments)
def test_the_next_opening_is_now_or_the_first_moment_on_duty(
    calendar: DutyCalendar, moment: datetime
):
    opening = calendar.next_opening(moment)

    assert opening >= moment
    assert calendar.is_on_duty(opening)
    if opening > moment:
        assert not calendar.is_on_duty(moment)
        assert not calendar.is_on_duty(opening - timedelta(microseconds=1))


@WORKED
@given(moments, st.sampled_from([UTC, PARIS, ZoneInfo("America/Cayenne")]))
def test_the_zone_that_a_moment_is_told_in_changes_nothing(moment: datetime, zone: ZoneInfo):
    told = moment.astimezone(zone)

    assert OFFICE.after(told, timedelta(hours=5)) == OFFICE.after(moment, timedelta(hours=5))
    assert OFFICE.is_on_duty(told) == OFFICE.is_on_duty(moment)


@pytest.mark.parametrize(
    ("since", "duty_hours", "until"),
    [
        ("2026-11-24T10:00", 1, "2026-11-24T11:00"),
        ("2026-11-24T12:00", 1, "2026-11-24T14:00"),
        ("2026-11-24T12:00", 0.5, "2026-11-24T12:30"),
        ("2026-11-24T12:45", 1, "2026-11-24T14:30"),
        ("2026-11-24T17:30", 1, "2026-11-25T09:30"),
        ("2026-11-24T03:00", 4, "2026-11-24T14:00"),
        ("2026-11-27T17:00", 4, "2026-11-30T12:00"),  # over a week-end
        ("2026-12-24T17:00", 2, "2026-12-28T10:00"),  # Christmas Day is a Friday
        ("2027-03-26T17:30", 1, "2027-03-30T09:30"),  # change of the clock, and Easter Monday
        ("2027-07-13T17:30", 1, "2027-07-15T09:30"),  # 14 July
        ("2027-10-29T17:30", 1, "2027-11-02T09:30"),  # change of the clock, and All Saints' Day
        ("2027-05-05T17:30", 1, "2027-05-07T09:30"),  # Ascension Day
    ],
)
def test_office_hours_by_the_calendar_on_the_wall(since: str, duty_hours: float, until: str):
    after = OFFICE.after(paris(since), timedelta(hours=duty_hours))

    assert after == paris(until)


def test_the_night_of_spring_has_an_hour_less():
    """Open from 00:00 to 04:00 local is three hours on 28 March 2027."""
    nights = a_calendar({day: hours("00:00-04:00") for day in range(7)})

    assert nights.after(paris("2027-03-28T00:00"), timedelta(hours=3)) == paris("2027-03-28T04:00")
    assert nights.after(paris("2027-03-28T00:00"), timedelta(minutes=90)) == (
        paris("2027-03-28T00:00").astimezone(UTC) + timedelta(minutes=90)
    )


def test_the_night_of_autumn_has_an_hour_more():
    nights = a_calendar({day: hours("00:00-04:00") for day in range(7)})

    assert nights.after(paris("2027-10-31T00:00"), timedelta(hours=5)) == paris("2027-10-31T04:00")
    assert nights.is_on_duty(paris("2027-10-31T02:30", fold=0))
    assert nights.is_on_duty(paris("2027-10-31T02:30", fold=1))


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 1, 1),
        date(2027, 3, 29),  # Easter Monday
        date(2027, 5, 1),
        date(2027, 5, 6),  # Ascension Day
        date(2027, 5, 8),
        date(2027, 5, 17),  # Whit Monday
        date(2027, 7, 14),
        date(2027, 8, 15),
        date(2027, 11, 1),
        date(2027, 11, 11),
        date(2027, 12, 25),
    ],
)
def test_french_public_holidays_are_closed(day: date):
    noon = datetime.combine(day, time(11), tzinfo=PARIS)

    assert ALWAYS.is_closed_day(day)
    assert not ALWAYS.is_on_duty(noon)


@pytest.mark.parametrize("day", [date(2027, 3, 26), date(2027, 12, 26), date(2027, 5, 7)])
def test_what_is_no_holiday_in_the_nord_is_open(day: date):
    """Good Friday and 26 December are holidays in Alsace and Moselle alone."""
    assert not ALWAYS.is_closed_day(day)


def test_a_closure_counts_from_its_first_to_its_last_day():
    closed = a_calendar(None, Closure(date(2026, 12, 1), date(2026, 12, 3)))

    assert closed.after(paris("2026-11-30T17:30"), timedelta(hours=1)) == paris("2026-12-04T09:30")
    assert closed.next_opening(paris("2026-12-02T10:00")) == paris("2026-12-04T09:00")
    assert not closed.is_on_duty(paris("2026-12-03T10:00"))


def test_midnight_belongs_to_the_day_that_ends():
    assert EVENINGS.after(paris("2026-11-24T18:00"), timedelta(hours=6)) == paris(
        "2026-11-25T00:00"
    )
    assert EVENINGS.is_on_duty(paris("2026-11-24T23:59"))
    assert not EVENINGS.is_on_duty(paris("2026-11-25T00:00"))


def test_closing_time_is_off_duty_and_opening_time_is_on_duty():
    assert OFFICE.is_on_duty(paris("2026-11-24T09:00"))
    assert not OFFICE.is_on_duty(paris("2026-11-24T12:30"))
    assert OFFICE.next_opening(paris("2026-11-24T12:30")) == paris("2026-11-24T13:30")


@pytest.mark.parametrize("days", [59, 61, 120, 400])
def test_however_long_a_closure_a_due_time_exists(days: int):
    """Intake never closes: a due time that cannot be found must not cost a signal."""
    first = date(2026, 12, 1)
    closed = a_calendar(None, Closure(first, first + timedelta(days=days)))

    after = closed.after(paris("2026-12-01T10:00"), timedelta(hours=1))

    assert after > paris("2026-12-01T10:00")
    assert closed.next_opening(paris("2026-12-01T10:00")) <= after


def test_the_shipped_calendar_is_the_one_of_the_nord(point: ListeningPoint):
    calendar = point.calendar

    assert calendar.zone == PARIS
    assert calendar.is_on_duty(paris("2026-11-25T18:30"))  # Wednesdays until 19:00
    assert not calendar.is_on_duty(paris("2026-11-24T18:30"))
    assert not calendar.is_on_duty(paris("2026-11-27T17:45"))  # Fridays until 17:30
    assert not calendar.is_on_duty(paris("2026-11-28T10:00"))

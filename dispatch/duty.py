"""Pure: when a team is on duty, and what time it is after so much duty time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

# The longest closure that a calendar file may ask for.
LONGEST_CLOSURE = timedelta(days=60)
# What falls due at the end of a duty day leaves the team so long to do it before they go.
BEFORE_CLOSING = timedelta(minutes=15)
# Openings are looked for much further: a mistake in the calendar must not cost a signal.
_SEARCHED_DAYS = 800


@dataclass(frozen=True, slots=True)
class Opening:
    """From `start` to `end`, local time on one day; `end` 00:00 means midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Closure:
    """Both days included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DutyCalendar:
    """Opening hours by weekday (0 is Monday), public holidays and closures, in one time zone."""

    zone: ZoneInfo
    hours: Mapping[int, tuple[Opening, ...]]
    closures: tuple[Closure, ...] = ()
    country: str | None = "FR"
    subdivision: str | None = None
    waking: Opening = Opening(time(8), time(22))

    @property
    def awake(self) -> "DutyCalendar":
        """The hours of every day, holidays too, at which somebody may be rung without alarm."""
        return _every_day(self.zone, self.waking)

    def is_on_duty(self, moment: datetime) -> bool:
        openings = self._openings_on(self._local_day(moment))
        return any(start <= moment < end for start, end in openings)

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` itself while on duty, else when duty begins again."""
        for start, end in self._openings_from(moment):
            if moment < end:
                return max(start, moment)
        raise ValueError("the calendar never opens")

    def day_began(self, moment: datetime) -> datetime | None:
        """When duty began on its day, if it has; None before that and on closed days."""
        openings = self._openings_on(self._local_day(moment))
        return openings[0][0] if openings and openings[0][0] <= moment else None

    def day_ends(self, moment: datetime) -> datetime:
        """When the last duty of its day ends; `moment` itself on a closed day."""
        openings = self._openings_on(self._local_day(moment))
        return openings[-1][1] if openings else moment

    def after(self, moment: datetime, duty_time: timedelta) -> datetime:
        """The first moment at which `duty_time` has passed on duty since `moment`.

        Counted in real elapsed time between openings and closings, so that both changes of the
        clock come out right.
        """
        left = duty_time
        for start, end in self._openings_from(moment):
            begins = max(start, moment)
            if begins >= end:
                continue
            if end - begins >= left:
                return begins + left
            left -= end - begins
        raise ValueError("the calendar never opens")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The duty time from `start` to `end`."""
        total = timedelta()
        for opens, closes in self._openings_from(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def end_of_duty_day(self, since: datetime, number: int) -> datetime:
        """Shortly before the end of the `number`-th duty day that begins after `since`."""
        day, idle = self._local_day(since), 0
        while idle < _SEARCHED_DAYS:
            openings = self._openings_on(day)
            idle = 0 if openings else idle + 1
            if openings and openings[0][0] > since:
                number -= 1
                if number == 0:
                    return _last_call(*openings[-1])
            day += timedelta(days=1)
        raise ValueError("the calendar never opens")

    def inside_duty(self, moment: datetime, *, since: datetime) -> datetime:
        """`moment` on duty, else the last call of the duty before it: it stays in its promise.

        Where no duty lies between `since` and then, when duty begins again.
        """
        if self.is_on_duty(moment):
            return moment
        day = self._local_day(moment)
        while day >= self._local_day(since):
            for opening in reversed(self._openings_on(day)):
                call = _last_call(*opening)
                if since < call <= moment:
                    return call
            day -= timedelta(days=1)
        return self.next_opening(moment)

    def is_closed_day(self, day: date) -> bool:
        return day in _public_holidays(self.country, self.subdivision, day.year) or any(
            closure.first <= day <= closure.last for closure in self.closures
        )

    def _openings_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Openings from the day of `moment` on, until none is found for very long."""
        day = self._local_day(moment)
        idle = 0
        while idle < _SEARCHED_DAYS:
            openings = self._openings_on(day)
            yield from openings
            idle = 0 if openings else idle + 1
            day += timedelta(days=1)

    def _openings_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """In UTC."""
        openings = () if self.is_closed_day(day) else self.hours.get(day.weekday(), ())
        return [(self._utc(day, o.start), self._utc(day, o.end, ends=True)) for o in openings]

    def _local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _utc(self, day: date, at: time, *, ends: bool = False) -> datetime:
        if ends and at == time(0):
            day += timedelta(days=1)
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)


def _last_call(opens: datetime, closes: datetime) -> datetime:
    return max(opens, closes - BEFORE_CLOSING)


@lru_cache(maxsize=8)
def _every_day(zone: ZoneInfo, hours: Opening) -> DutyCalendar:
    return DutyCalendar(zone, dict.fromkeys(range(7), (hours,)), country=None)


@lru_cache(maxsize=64)
def _public_holidays(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    if country is None:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))

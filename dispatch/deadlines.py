"""Pure: from a level to the times by which it must be read, answered and asked after again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dispatch.duty import DutyCalendar
from records.tables import Audience, FollowUpKind
from triage.vocabulary import Level

# Percent of the time given, in order -> whom to tell.
Rungs = Mapping[int, tuple[Audience, ...]]
DUE: Final = 100
_MISSES_COUNTED: Final = 10


@dataclass(frozen=True, slots=True)
class Link:
    """How the link went: contacts that reached the person after the first one, misses since."""

    contacts: int = 0
    misses: int = 0


NEW_LINK: Final = Link()


class Counted(StrEnum):
    """By what a span of time is counted.

    WAKING is the hours of every day at which somebody may be rung without alarm; of DUTY_DAYS the
    length is a number of days, and the end is that of the last of them.
    """

    CLOCK = "clock"
    DUTY = "duty"
    WAKING = "waking"
    DUTY_DAYS = "duty days"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, and by what it is counted."""

    length: timedelta
    counted: Counted = Counted.CLOCK

    def begins(self, since: datetime, calendar: DutyCalendar) -> datetime:
        """From when on it passes."""
        if self.counted is Counted.CLOCK:
            return since
        hours = calendar.awake if self.counted is Counted.WAKING else calendar
        return hours.next_opening(since)

    def after(self, since: datetime, calendar: DutyCalendar, *, percent: int = DUE) -> datetime:
        """The moment when that percent of it has passed since `since`."""
        if self.counted is Counted.DUTY_DAYS:
            end = calendar.end_of_duty_day(since, self.length.days)
            if percent == DUE:
                return end
            return calendar.after(since, calendar.between(since, end) * percent / DUE)
        part = self.length * percent / DUE
        if self.counted is Counted.CLOCK or not part:
            return since + part
        hours = calendar.awake if self.counted is Counted.WAKING else calendar
        return hours.after(since, part)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long each promise may take at one level, and who is told of a late first answer.

    What is `urgent` waits for no opening hours; the rest neither falls due nor rings outside them.
    """

    read: Span
    answer: Span
    recontact: Span
    rungs: Rungs
    urgent: frozenset[FollowUpKind]


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """How the link is kept after the first answer. `rhythm` follows the first recontact.

    Each miss leaves `after_miss` percent of the interval, and never less than `shortest`.
    """

    rhythm: tuple[Span, ...]
    after_return: Span
    misses: int
    rungs: Rungs
    after_miss: int
    shortest: timedelta
    urgent: frozenset[FollowUpKind]


@dataclass(frozen=True, slots=True)
class DeadlinePolicy:
    """One version of all allowances; a policy once used is never changed."""

    version: str
    allowances: Mapping[Level, Allowance]
    link: LinkPolicy
    content: str

    def rungs(self, kind: FollowUpKind, level: Level) -> Rungs:
        if kind in {FollowUpKind.READ, FollowUpKind.ANSWER}:
            return self.allowances[level].rungs
        return self.link.rungs

    def is_urgent(self, kind: FollowUpKind, level: Level) -> bool:
        return kind in self.allowances[level].urgent | self.link.urgent

    def time_given(self, kind: FollowUpKind, level: Level, link: Link = NEW_LINK) -> Span:
        """How long such a promise may take; of a recontact, by how the link went so far."""
        allowance = self.allowances[level]
        if kind is FollowUpKind.READ:
            return allowance.read
        if kind is FollowUpKind.ANSWER:
            return allowance.answer
        if kind is FollowUpKind.RETURN:
            return self.link.after_return
        if kind is not FollowUpKind.RECONTACT:
            return allowance.recontact
        rhythm = (allowance.recontact, *self.link.rhythm)
        span = rhythm[min(link.contacts, len(rhythm) - 1)]
        left = span.length * (self.link.after_miss / DUE) ** min(link.misses, _MISSES_COUNTED)
        return replace(span, length=min(span.length, max(left, self.link.shortest)))


def due_at(
    kind: FollowUpKind,
    level: Level,
    *,
    since: datetime,
    policy: DeadlinePolicy,
    calendar: DutyCalendar,
    link: Link = NEW_LINK,
) -> datetime:
    """When a promise of that kind falls due, in UTC; an answer never before the reading.

    What is not urgent falls due on duty: earlier where the clock says otherwise, so that the
    calendar never makes a promise longer.
    """
    due = policy.time_given(kind, level, link).after(since, calendar)
    if not policy.is_urgent(kind, level):
        due = calendar.inside_duty(due, since=since)
    if kind is FollowUpKind.ANSWER:
        reading = due_at(FollowUpKind.READ, level, since=since, policy=policy, calendar=calendar)
        return max(due, reading)
    return due


def is_overdue(due: datetime, met: datetime | None, *, now: datetime) -> bool:
    """The one answer to "is it late?", for queue, alerts, worker and export alike."""
    return met is None and now >= due

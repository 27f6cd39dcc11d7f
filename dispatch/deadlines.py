"""Pure: from a level to the times by which it must be read, answered and asked after again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dispatch.duty import DutyCalendar
from records.tables import Audience, FollowUpKind
from triage.vocabulary import Level

# Percent of the time given, in order -> whom to tell.
Rungs = Mapping[int, tuple[Audience, ...]]
DUE: Final = 100


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, by the clock or in duty time."""

    length: timedelta
    on_duty: bool = False

    def after(self, since: datetime, calendar: DutyCalendar, *, percent: int = DUE) -> datetime:
        """The moment when that percent of it has passed since `since`."""
        part = self.length * percent / DUE
        return calendar.after(since, part) if self.on_duty and part else since + part


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long each promise may take at one level, and who is told of a late first answer."""

    read: Span
    answer: Span
    recontact: Span
    rungs: Rungs


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """How the link is kept after the first answer. `rhythm` follows the first recontact."""

    rhythm: tuple[Span, ...]
    after_return: Span
    misses: int
    rungs: Rungs


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

    def time_given(self, kind: FollowUpKind, level: Level, *, earlier: int = 0) -> Span:
        """How long such a promise may take; `earlier` counts the recontacts before it."""
        allowance = self.allowances[level]
        if kind is FollowUpKind.READ:
            return allowance.read
        if kind is FollowUpKind.ANSWER:
            return allowance.answer
        if kind is FollowUpKind.RETURN:
            return self.link.after_return
        if kind is FollowUpKind.RECONTACT and earlier:
            rhythm = self.link.rhythm
            return rhythm[min(earlier, len(rhythm)) - 1]
        return allowance.recontact


def due_at(
    kind: FollowUpKind,
    level: Level,
    *,
    since: datetime,
    policy: DeadlinePolicy,
    calendar: DutyCalendar,
    earlier: int = 0,
) -> datetime:
    """When a promise of that kind falls due, in UTC; an answer never before the reading."""
    due = policy.time_given(kind, level, earlier=earlier).after(since, calendar)
    if kind is FollowUpKind.ANSWER:
        return max(due, policy.allowances[level].read.after(since, calendar))
    return due


def is_overdue(due: datetime, met: datetime | None, *, now: datetime) -> bool:
    """The one answer to "is it late?", for queue, alerts, worker and export alike."""
    return met is None and now >= due

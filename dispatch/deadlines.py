"""Pure: from a level to the times by which it must be read, answered and asked after again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.duty import DutyCalendar
from records.tables import FollowUpKind
from triage.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, by the clock or in duty time."""

    length: timedelta
    on_duty: bool = False

    def after(self, since: datetime, calendar: DutyCalendar) -> datetime:
        return calendar.after(since, self.length) if self.on_duty else since + self.length


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long each promise may take at one level."""

    read: Span
    answer: Span
    recontact: Span


@dataclass(frozen=True, slots=True)
class DeadlinePolicy:
    """One version of all allowances; a policy once used is never changed."""

    version: str
    allowances: Mapping[Level, Allowance]


def due_at(
    kind: FollowUpKind,
    level: Level,
    *,
    since: datetime,
    policy: DeadlinePolicy,
    calendar: DutyCalendar,
) -> datetime:
    """When a promise of that kind falls due, in UTC; an answer never before the reading."""
    allowance = policy.allowances[level]
    if kind is FollowUpKind.RECONTACT:
        return allowance.recontact.after(since, calendar)
    read = allowance.read.after(since, calendar)
    if kind is FollowUpKind.READ:
        return read
    return max(read, allowance.answer.after(since, calendar))


def is_overdue(due: datetime, met: datetime | None, *, now: datetime) -> bool:
    """The one answer to "is it late?", for queue, alerts, worker and export alike."""
    return met is None and now >= due

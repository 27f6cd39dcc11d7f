"""Pure: times as a tired person reads them, in French and in the listening point's own zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from records.tables import FollowUpKind
from runtime.i18n import Texts

_LOCALE: Final = "fr"
_HOUR: Final = "H 'h' mm"
_NEAR_DAYS: Final = {-1: "day.yesterday", 0: "day.today", 1: "day.tomorrow"}
_MINUTE: Final = 60
_HOUR_MINUTES: Final = 60
_DAY_HOURS: Final = 24
# Under two days hours say more than days do.
_HOURS_SHOWN: Final = 48


class Due(Protocol):
    """What has a due time: a queue's row or a promise."""

    @property
    def due_at(self) -> datetime | None: ...
    @property
    def is_overdue(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Moments:
    """Words for times, seen from `now`."""

    now: datetime
    zone: ZoneInfo
    texts: Texts

    def when(self, at: datetime) -> str:
        """`14 h 20` today, `hier 14 h 20`, else `lun. 23 nov., 14 h 20`."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        hour = format_datetime(at, _HOUR, tzinfo=self.zone, locale=_LOCALE)
        near = _NEAR_DAYS.get((local.date() - today.date()).days)
        if near is not None:
            return self.texts(near, hour=hour)
        day = "EEE d MMM" if local.year == today.year else "EEE d MMM y"
        return format_datetime(at, f"{day}, {_HOUR}", tzinfo=self.zone, locale=_LOCALE)

    def day(self, day: date) -> str:
        """`lun. 23 nov.`, of a day that has no hour."""
        return format_date(day, "EEE d MMM", locale=_LOCALE)

    def exact(self, at: datetime) -> str:
        """For a machine and for a pointer held over: the full local time."""
        return at.astimezone(self.zone).isoformat(timespec="minutes")

    def before(self, kind: FollowUpKind, due: Due) -> str:
        """`à lire avant 14 h 20`."""
        return self.texts(f"promise.{kind}", at=self.when(due.due_at)) if due.due_at else ""

    def left(self, due: Due) -> str:
        """`dans 12 min`, or `en retard de 25 min`."""
        if due.due_at is None:
            return ""
        if due.is_overdue:
            return self.texts("due.late", span=self.span(self.now - due.due_at))
        return self.texts("due.left", span=self.span(due.due_at - self.now))

    def seconds_to(self, at: datetime) -> float:
        return max(0.0, (at - self.now).total_seconds())

    def ago(self, at: datetime) -> str:
        return self.texts("due.ago", span=self.span(self.now - at))

    def span(self, length: timedelta) -> str:
        """`moins d’une minute`, `12 min`, `3 h 05`, `30 h`, `4 j`."""
        minutes = int(length.total_seconds() // _MINUTE)
        if minutes < 1:
            return self.texts("span.moment")
        hours, rest = divmod(minutes, _HOUR_MINUTES)
        if hours < 1:
            return self.texts("span.minutes", minutes=minutes)
        if hours < _DAY_HOURS:
            return self.texts("span.hours", hours=hours, minutes=f"{rest:02}")
        if hours < _HOURS_SHOWN:
            return self.texts("span.long_hours", hours=hours)
        return self.texts("span.days", days=hours // _DAY_HOURS)

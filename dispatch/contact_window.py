"""Pure: when a sender may be written to, by the hours that they chose."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

NEVER: Final = "never"


def next_allowed(window: str | None, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """From when on: `now` within the window, else its next opening; None where never by itself.

    A window is "17:00-20:00" in the listening point's own time, or None for any time.
    """
    if window is None:
        return now
    if window == NEVER:
        return None
    start, end = (time.fromisoformat(part) for part in window.split("-"))
    local = now.astimezone(zone)
    if start <= local.time() < end:
        return now
    day = local.date() if local.time() < start else local.date() + timedelta(days=1)
    return datetime.combine(day, start, tzinfo=zone).astimezone(now.tzinfo)

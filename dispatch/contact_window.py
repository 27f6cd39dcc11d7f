"""Pure: when a sender may be written to, by the hours that they chose."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

NEVER: Final = "never"
_ROUNDS: Final = 4


def next_allowed(window: str | None, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """From when on: `now` within the window, else its next opening; None where never by itself.

    A window is "17:00-20:00" in the listening point's own time, or None for any time. One that
    ends before it begins goes through the night.
    """
    if window is None:
        return now
    if window == NEVER:
        return None
    start, end = (time.fromisoformat(part) for part in window.split("-"))
    local = now.astimezone(zone)
    is_after, is_before = start <= local.time(), local.time() < end
    if (is_after and is_before) if start < end else (is_after or is_before):
        return now
    day = local.date() if local.time() < start else local.date() + timedelta(days=1)
    return datetime.combine(day, start, tzinfo=zone).astimezone(now.tzinfo)


def next_allowed_by_all(
    windows: Sequence[str | None], *, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """The same under several windows: None where they never meet."""
    at = now
    for _ in range(_ROUNDS):
        before = at
        for window in windows:
            allowed = next_allowed(window, now=at, zone=zone)
            if allowed is None:
                return None
            at = allowed
        if at == before:
            return at
    return None

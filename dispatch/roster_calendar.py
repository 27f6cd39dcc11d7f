"""Pure: the roster as iCalendar, for a calendar that people carry with them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from dispatch.roster import RosterWeek

_WEEK: Final = timedelta(days=7)


def as_calendar(weeks: Iterable[tuple[RosterWeek, str]], *, title: str, now: datetime) -> bytes:
    """One all-day event a week and team, with its summary; empty weeks are left out."""
    calendar = Calendar()
    calendar.add("prodid", "-//Point Ecoute//astreinte//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for week, summary in weeks:
        if week.member_id is None:
            continue
        event = Event()
        # The same week of the same team is the same event, whoever is put down for it.
        event.add("uid", f"{week.team}-{week.week.isoformat()}@point-ecoute")
        event.add("dtstamp", now)
        event.add("dtstart", week.week)
        event.add("dtend", week.week + _WEEK)
        event.add("summary", summary)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())

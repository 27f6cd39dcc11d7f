"""Moments and hours as people say them, in the listening point's own time."""

import re
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from intake.drafts import AgeBand
from runtime.i18n import Texts

_ALWAYS: Final = "24/7"
_STEP: Final = timedelta(minutes=5)
_LOCALES: Final = {"en": "en_GB"}


def in_words(moment: datetime, *, now: datetime, zone: ZoneInfo, texts: Texts) -> str:
    """The moment as "aujourd'hui à 18 h 30", "demain à 9 h" or "mardi 24 novembre à 9 h"."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days_away = (local.date() - today).days
    time = clock_time(local, texts)
    if days_away in {0, 1}:
        return texts(("when.today", "when.tomorrow")[days_away], time=time)
    day = format_date(
        local.date(), "EEEE d MMMM", locale=_LOCALES.get(texts.language, texts.language)
    )
    return texts("when.day", day=day, time=time)


def deadline_in_words(moment: datetime, *, now: datetime, zone: ZoneInfo, texts: Texts) -> str:
    """A promised moment, rounded to the next five minutes: never earlier than the promise."""
    start = moment.replace(minute=0, second=0, microsecond=0)
    steps = -(-(moment - start) // _STEP)
    return in_words(start + steps * _STEP, now=now, zone=zone, texts=texts)


def clock_time(local: datetime, texts: Texts) -> str:
    if local.minute == 0:
        return texts("when.hour", hour=local.hour)
    return texts("when.hour_and_minute", hour=local.hour, minute=f"{local.minute:02}")


def hours_in_words(hours: str, texts: Texts) -> str:
    """The hours of a telephone number: "jour et nuit", or "de 9 h à 23 h"."""
    if hours == _ALWAYS:
        return texts("hours.always")
    start, _, end = hours.partition("-")
    return texts("hours.between", start=_hour(start, texts), end=_hour(end, texts))


def _hour(text: str, texts: Texts) -> str:
    hour, _, minute = text.partition(":")
    if int(minute or 0) == 0:
        return texts("when.hour", hour=int(hour))
    return texts("when.hour_and_minute", hour=int(hour), minute=minute)


def age_in_words(band: AgeBand, texts: Texts) -> str:
    """The name of an age band; its figures stand in the band and in no sentence."""
    numbers = [int(number) for number in re.findall(r"\d+", band)]
    if band is AgeBand.UNDER_13:
        return texts("age.under", age=numbers[0])
    if band is AgeBand.ADULT:
        return texts("age.over", age=numbers[0])
    return texts("age.between", first=numbers[0], last=numbers[1])

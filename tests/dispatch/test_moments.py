from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.moments import Moments
from runtime.i18n import load_texts

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 13, 8, tzinfo=UTC)  # 14 h 08 in Lille


@pytest.fixture
def moments() -> Moments:
    return Moments(NOW, PARIS, load_texts("fr", "staff"))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 24, 13, 20, tzinfo=UTC), "14 h 20"),
        (datetime(2026, 11, 23, 23, 5, tzinfo=UTC), "0 h 05"),
        (datetime(2026, 11, 23, 22, 5, tzinfo=UTC), "hier 23 h 05"),
        (datetime(2026, 11, 25, 8, 0, tzinfo=UTC), "demain 9 h 00"),
        (datetime(2026, 11, 22, 13, 20, tzinfo=UTC), "dim. 22 nov., 14 h 20"),
        (datetime(2026, 7, 6, 12, 20, tzinfo=UTC), "lun. 6 juil., 14 h 20"),
        (datetime(2027, 1, 4, 8, 0, tzinfo=UTC), "lun. 4 janv. 2027, 9 h 00"),
    ],
)
def test_a_time_is_said_as_people_say_it(moments: Moments, at: datetime, said: str):
    assert moments.when(at) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=59), "moins d’une minute"),
        (timedelta(minutes=12, seconds=59), "12 min"),
        (timedelta(hours=3, minutes=5), "3 h 05"),
        (timedelta(hours=30, minutes=59), "30 h"),
        (timedelta(days=4, hours=5), "4 j"),
    ],
)
def test_a_length_is_short(moments: Moments, length: timedelta, said: str):
    assert moments.span(length) == said

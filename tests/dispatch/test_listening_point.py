"""A listening point's folder: each mistake is told with file, key and reason, all at once."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from dispatch.listening_point import ListeningPoint, load_listening_point, stale_numbers
from runtime.errors import SettingsError
from tests.builders import NORD, TERRITORIES
from triage.vocabulary import Level

VERIFIED = date(2026, 11, 1)
CLOSURE = '[holidays]\ncountry = "FR"\n[[closure]]\nfrom = {}\nto = {}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(NORD, tmp_path / "nord")
    return tmp_path / "nord"


def change(folder: Path, file: str, pattern: str, replacement: str) -> None:
    path = folder / file
    changed, number = re.subn(pattern, replacement, path.read_text("utf-8"), count=1)
    assert number == 1
    path.write_text(changed, "utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load_listening_point(folder)
    return refused.value.problems


def test_the_shipped_folder_loads(point: ListeningPoint):
    assert {team.code for team in point.teams} == {*TERRITORIES, "coordination"}
    assert set(point.districts.values()) == set(TERRITORIES)
    assert set(point.deadlines.allowances) == set(Level)
    assert point.numbers["police"].link == "tel:17"
    assert point.numbers["silent_sms"].link == "sms:114"
    assert point.team_name("cambresis") == "Cambrésis"
    assert point.team_name("unknown") == "unknown"


@pytest.mark.parametrize(
    ("file", "pattern", "replacement", "key", "reason"),
    [
        ("point.toml", "organisation = .*", 'organisation = ""', "organisation", "at least 1"),
        ("point.toml", "organisation = .*", "", "organisation", "required"),
        ("point.toml", 'departement = "59"', "departement = 59", "departement", "string"),
        ("point.toml", 'departement = "59"', 'departement = "5"', "departement", "pattern"),
        ("point.toml", "Europe/Paris", "Europe/Lille", "timezone", "no such time zone"),
        ("point.toml", "Europe/Paris", "Europe", "timezone", "no such time zone"),
        ("point.toml", "Europe/Paris", "", "timezone", "no such time zone"),
        ("point.toml", "Europe/Paris", "../etc/passwd", "timezone", "no such time zone"),
        ("point.toml", "https://meteofrance.com/", "javascript:x", "exit_url", "URL"),
        ("point.toml", "organisation", "organization", "organization", "not permitted"),
        ("teams.toml", 'code = "flandres"', 'code = "Flandres!"', "team.1.code", "pattern"),
        ("teams.toml", 'name = "Flandres"', 'name = ""', "team.1.name", "at least 1"),
        ("teams.toml", 'code = "flandres"', 'code = "douaisis"', "(file)", "douaisis stands twice"),
        ("teams.toml", 'code = "coordination"', 'code = "x-y"', "(file)", "'coordination' must"),
        ("teams.toml", 'code = "flandres"', 'code = "supervision"', "(file)", "cannot be a team"),
        ("teams.toml", '"594"', '"595"', "(file)", "arrondissement 595 has two teams"),
        ("teams.toml", '"594"', '["594", "5!"]', "team.1.arrondissement.1", "pattern"),
        ("calendar.toml", "monday =", "lundi =", "hours.lundi.[key]", "'monday'"),
        ("calendar.toml", "09:00-12:30", "9h-12h30", "hours.monday.0", "expected hours like"),
        ("calendar.toml", "09:00-12:30", "12:30-09:00", "hours.monday.0", "closes before it opens"),
        ("calendar.toml", "09:00-12:30", "09:00-09:00", "hours.monday.0", "closes before it opens"),
        ("calendar.toml", "09:00-12:30", "09:00-13:45", "hours", "monday: opens again before"),
        ("calendar.toml", "09:00-12:30", "09:00-00:00", "hours", "monday: opens again before"),
        ("calendar.toml", "09:00-12:30", "19:00-20:00", "hours", "monday: opens again before"),
        ("calendar.toml", r"(?s)\[hours\].*?\[holidays", "[hours]\n[holidays", "hours", "never"),
        ("calendar.toml", 'country = "FR"', 'country = "ZZ"', "holidays", "no public holidays"),
        ("calendar.toml", 'subdivision = ""', 'subdivision = "ZZ"', "holidays", "no public"),
        (
            "calendar.toml", r"(?s)\[holidays\].*", CLOSURE.format("2026-12-26", "2026-12-24"),
            "closure.0", "ends before it begins",
        ),
        (
            "calendar.toml", r"(?s)\[holidays\].*", CLOSURE.format("2026-07-01", "2026-09-30"),
            "closure.0", "longer than 60 days",
        ),
        (
            "calendar.toml", r"(?s)\[holidays\].*", CLOSURE.format('"soon"', "2026-09-30"),
            "closure.0.from", "date",
        ),
        ("deadlines.toml", 'version = "2026-12.2"', "", "version", "required"),
        ("deadlines.toml", 'version = "2026-12.2"', 'version = "été 26"', "version", "pattern"),
        ("deadlines.toml", r"\[high\]", "[hight]", "high", "required"),
        ("deadlines.toml", '= "15 min', '= "15 minutes', "critical.read", "a duration"),
        ("deadlines.toml", '= "15 min', '= "0 min', "critical.read", "a duration"),
        ("deadlines.toml", '= "15 min', '= "-5 min', "critical.read", "a duration"),
        ("deadlines.toml", '= "15 min', '= "² min', "critical.read", "a duration"),
        ("deadlines.toml", '= "15 min', '= "9999999999999 d', "critical.read", "a duration"),
        ("deadlines.toml", "\"2 h waking\"\\n", "\"2 h wakking\"\\n", "high.read", "a duration"),
        ("deadlines.toml", '= "15 min"', "= 15", "critical.read", ""),
        ("numbers.toml", 'number = "17"', 'number = "dix-sept"', "number.0.number", "pattern"),
        ("numbers.toml", 'how = "call"', 'how = "fax"', "number.0.how", "'call'"),
        ("numbers.toml", 'hours = "24/7"', 'hours = "souvent"', "number.0.hours", "expected hours"),
        ("numbers.toml", "2026-11-01", '"hier"', "number.0.verified_on", "date"),
        ("numbers.toml", 'id = "suicide"', 'id = "suicid"', "(file)", "needed: suicide"),
        ("origins.toml", 'code = "site"', 'code = "carte-poche"', "(file)", "twice: carte-poche"),
        ("origins.toml", 'code = "site"', 'code = "le site"', "origin.2.code", "pattern"),
        ("origins.toml", "since = 2026-12-01", 'since = "hier"', "origin.0.since", "date"),
        ("numbers.toml", 'id = "emergency_eu"', 'id = "police"', "(file)", "twice: police"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_key_and_reason(
    file: str, pattern: str, replacement: str, key: str, reason: str, folder: Path
):
    change(folder, file, pattern, replacement)

    told = [line for line in problems(folder) if f"{file}: {key}: " in line]
    assert told
    assert any(reason in line for line in told)


@pytest.mark.parametrize(
    "file",
    [
        "point.toml",
        "teams.toml",
        "calendar.toml",
        "deadlines.toml",
        "numbers.toml",
        "retention.toml",
    ],
)
@pytest.mark.parametrize("content", [None, b"organisation = ", b"\xff\xfe\x00", ...])
def test_a_file_that_cannot_be_read_is_named(file: str, content: bytes | None, folder: Path):
    path = folder / file
    path.unlink()
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        path.mkdir()

    [line] = problems(folder)
    assert file in line
    assert "missing" in line if content is None else "not readable" in line


def test_all_mistakes_are_told_at_once(folder: Path):
    change(folder, "point.toml", "Europe/Paris", "Europe/Lille")
    change(folder, "deadlines.toml", '= "15 min', '= "bientôt')
    change(folder, "deadlines.toml", '= "30 min', '= "plus tard')
    change(folder, "numbers.toml", 'how = "call"', 'how = "fax"')
    (folder / "teams.toml").unlink()

    told = problems(folder)
    assert len(told) == 5
    for part in ("timezone", "critical.read", "critical.answer", "number.0.how", "teams.toml"):
        assert any(part in line for line in told)


def test_a_folder_that_is_not_there_lacks_all_its_files(tmp_path: Path):
    assert len(problems(tmp_path / "nowhere")) == 6


@pytest.mark.parametrize(
    ("days", "warned", "failed"),
    [(0, False, False), (180, False, False), (181, True, False), (365, True, False),
     (366, False, True)],
)  # fmt: skip
def test_numbers_that_nobody_has_verified_for_long(
    days: int, warned: bool, failed: bool, point: ListeningPoint
):
    warnings, failures = stale_numbers(point, today=VERIFIED + timedelta(days=days))

    assert len(warnings) == (len(point.numbers) if warned else 0)
    assert len(failures) == (len(point.numbers) if failed else 0)
    for line in warnings + failures:
        assert f"verified {days} days ago, ask coordination" in line


def test_a_listening_point_without_origins_counts_none(folder: Path):
    (folder / "origins.toml").unlink()

    assert load_listening_point(folder).origins == {}

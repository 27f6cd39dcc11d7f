"""One listening point's own data: read from its folder of TOML files and checked at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    field_validator,
    model_validator,
)

from dispatch.cards import Card, load_cards
from dispatch.deadline_files import Deadlines, Duration, policy_from
from dispatch.deadlines import Counted, DeadlinePolicy, Span
from dispatch.duty import LONGEST_CLOSURE, Closure, DutyCalendar, Opening
from dispatch.origins import Origin, load_origins
from dispatch.retention import RetentionPolicy
from dispatch.routing import COORDINATION, SUPERVISION
from dispatch.toml_files import read_toml
from runtime.errors import SettingsError
from triage.vocabulary import Territory

NUMBER_WARNS_AFTER = timedelta(days=180)
NUMBER_FAILS_AFTER = timedelta(days=365)
LONGEST_KEPT = timedelta(days=730)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _opening(value: object) -> object:
    if not isinstance(value, str):
        return value
    start, _, end = value.partition("-")
    try:
        opening = Opening(time.fromisoformat(start), time.fromisoformat(end))
    except ValueError:
        raise ValueError("expected hours like '09:00-12:30'") from None
    if opening.end != time(0) and opening.end <= opening.start:
        raise ValueError("closes before it opens")
    return opening


OpeningHours = Annotated[Opening, BeforeValidator(_opening)]


class _Point(_Strict):
    organisation: str = Field(min_length=1)
    departement: str = Field(pattern=r"^(\d{2,3}|2[AB])$")
    timezone: str
    exit_url: HttpUrl
    links: dict[str, Annotated[str, Field(min_length=4)]]

    @field_validator("links")
    @classmethod
    def both_links(cls, value: dict[str, str]) -> dict[str, str]:
        if set(value) != {"take_it_down", "public_content"}:
            raise ValueError("take_it_down and public_content are needed, and no other")
        return value

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # "Europe" is a folder
            raise ValueError("no such time zone") from None
        return value


class TeamEntry(_Strict):
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    name: str = Field(min_length=1)
    arrondissements: tuple[Annotated[str, Field(pattern=r"^\w{3,4}$")], ...] = Field(
        default=(), alias="arrondissement"
    )

    @field_validator("arrondissements", mode="before")
    @classmethod
    def one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class _Teams(_Strict):
    team: tuple[TeamEntry, ...]

    @model_validator(mode="after")
    def once_each_and_coordination(self) -> "_Teams":
        codes = [team.code for team in self.team]
        for code in codes:
            if codes.count(code) > 1:
                raise ValueError(f"team {code} stands twice")
        if COORDINATION not in codes:
            raise ValueError(f"the team '{COORDINATION}' must be there")
        if SUPERVISION in codes:
            raise ValueError(f"'{SUPERVISION}' is made by the service and cannot be a team")
        districts = [one for team in self.team for one in team.arrondissements]
        for district in districts:
            if districts.count(district) > 1:
                raise ValueError(f"arrondissement {district} has two teams")
        return self


class _Holidays(_Strict):
    country: str
    subdivision: str = ""

    @model_validator(mode="after")
    def known(self) -> "_Holidays":
        try:
            holidays.country_holidays(self.country, subdiv=self.subdivision or None)
        except NotImplementedError:
            raise ValueError("no public holidays are known for it") from None
        return self


class _Closure(_Strict):
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    why: str = ""

    @model_validator(mode="after")
    def ends_in_time(self) -> "_Closure":
        if self.last < self.first:
            raise ValueError("ends before it begins")
        if self.last - self.first >= LONGEST_CLOSURE:
            raise ValueError(f"longer than {LONGEST_CLOSURE.days} days: no promise could be kept")
        return self


class _Calendar(_Strict):
    hours: dict[Literal[WEEKDAYS], tuple[OpeningHours, ...]]  # type: ignore[valid-type]
    waking: OpeningHours
    holidays: _Holidays
    absent_after: Duration
    closure: tuple[_Closure, ...] = ()

    @field_validator("hours")
    @classmethod
    def opens_at_all(cls, value: dict[str, tuple[Opening, ...]]) -> dict[str, tuple[Opening, ...]]:
        if not any(value.values()):
            raise ValueError("never open: no promise could be kept")
        for day, openings in value.items():
            # "00:00" as an end is midnight: nothing opens after it.
            if any(not time(0) < one.end <= then.start for one, then in pairwise(openings)):
                raise ValueError(f"{day}: opens again before it has closed")
        return value


class _Retention(_Strict):
    no_danger: Duration
    transmitted_content: Duration
    transmitted_record: Duration
    longest: Duration
    kept_after_message: Duration

    @field_validator("*")
    @classmethod
    def by_the_clock_and_never_longer(cls, value: Span) -> Span:
        if value.counted is not Counted.CLOCK or value.length > LONGEST_KEPT:
            raise ValueError(f"at most {LONGEST_KEPT.days} days, by the clock")
        return value


class TelephoneNumber(_Strict):
    """`hours` is "24/7" or one opening like "09:00-23:00"; the last check is `verified_on`."""

    id: str
    number: str = Field(pattern=r"^[0-9 +]{2,16}$")
    how: Literal["call", "sms"]
    hours: str
    verified_on: date
    source: str
    owner: str

    @field_validator("hours")
    @classmethod
    def round_the_clock_or_one_opening(cls, value: str) -> str:
        if value != "24/7":
            _opening(value)
        return value

    @property
    def link(self) -> str:
        return f"{'tel' if self.how == 'call' else 'sms'}:{self.number.replace(' ', '')}"


class _Numbers(_Strict):
    number: tuple[TelephoneNumber, ...]

    @model_validator(mode="after")
    def all_needed(self) -> "_Numbers":
        ids = [number.id for number in self.number]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"these numbers stand twice: {', '.join(twice)}")
        there = set(ids)
        needed = {"police", "silent_sms", "child_danger", "medical", "suicide", "images"}
        if missing := sorted(needed - there):
            raise ValueError(f"these numbers are needed: {', '.join(missing)}")
        return self


@dataclass(frozen=True, slots=True)
class ListeningPoint:
    organisation: str
    departement: str
    exit_url: str
    teams: tuple[TeamEntry, ...]
    calendar: DutyCalendar
    absent_after: timedelta
    deadlines: DeadlinePolicy
    retention: RetentionPolicy
    numbers: Mapping[str, TelephoneNumber]
    links: Mapping[str, str]
    cards: Mapping[str, tuple[Card, ...]]
    origins: Mapping[str, Origin]
    folder: Path

    @property
    def districts(self) -> dict[str, Territory]:
        """Arrondissement code -> territory, which is its team's code; not all need have a team."""
        return {one: Territory(t.code) for t in self.teams for one in t.arrondissements}

    def team_name(self, code: str) -> str:
        return next((team.name for team in self.teams if team.code == code), code)


def load_listening_point(folder: Path) -> ListeningPoint:
    """Read and check the files; SettingsError lists file, key and reason of each mistake."""
    problems: list[str] = []
    kinds: dict[str, type[BaseModel]] = {
        "point": _Point,
        "teams": _Teams,
        "calendar": _Calendar,
        "deadlines": Deadlines,
        "numbers": _Numbers,
        "retention": _Retention,
    }
    read: dict[str, Any] = {
        name: read_toml(folder / f"{name}.toml", kind, problems) for name, kind in kinds.items()
    }
    origins = load_origins(folder / "origins.toml", problems)
    if problems:
        raise SettingsError(problems)
    return _assemble(folder, origins, **read)


def stale_numbers(point: ListeningPoint, *, today: date) -> tuple[list[str], list[str]]:
    """(warnings, failures): numbers that nobody has verified for 180 and for 365 days."""
    warnings, failures = [], []
    for number in point.numbers.values():
        age = today - number.verified_on
        line = f"numbers.toml: {number.id}: verified {age.days} days ago, ask {number.owner}"
        if age > NUMBER_FAILS_AFTER:
            failures.append(line)
        elif age > NUMBER_WARNS_AFTER:
            warnings.append(line)
    return warnings, failures


def _assemble(
    folder: Path,
    origins: Mapping[str, Origin],
    *,
    point: _Point,
    teams: _Teams,
    calendar: _Calendar,
    deadlines: Deadlines,
    numbers: _Numbers,
    retention: _Retention,
) -> ListeningPoint:
    return ListeningPoint(
        organisation=point.organisation,
        departement=point.departement,
        exit_url=str(point.exit_url),
        teams=teams.team,
        calendar=DutyCalendar(
            zone=ZoneInfo(point.timezone),
            hours={WEEKDAYS.index(day): tuple(hours) for day, hours in calendar.hours.items()},
            closures=tuple(Closure(closure.first, closure.last) for closure in calendar.closure),
            country=calendar.holidays.country,
            subdivision=calendar.holidays.subdivision or None,
            waking=calendar.waking,
        ),
        absent_after=calendar.absent_after.length,
        deadlines=policy_from(deadlines),
        retention=RetentionPolicy(**{name: span.length for name, span in dict(retention).items()}),
        numbers={number.id: number for number in numbers.number},
        links=point.links,
        origins=origins,
        cards=load_cards(folder / "cards", values=_values(point, numbers)),
        folder=folder,
    )


def _values(point: _Point, numbers: _Numbers) -> list[str]:
    ids = [number.id for number in numbers.number]
    return [*ids, *(f"{one}_hours" for one in ids), *point.links]

"""Build a process's parts from its settings: the composition root that the commands share."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cli.key_file import refuse_wrong_key_file
from cli.preconditions import refuse_missing_database
from dispatch.desk import Desk
from dispatch.listening_point import ListeningPoint, load_listening_point
from dispatch.policies import register_policy
from dispatch.routing import COORDINATION
from intake.reception import Reception
from records import Records, open_records
from records.clock import DatabaseClock, kept_right
from records.passwords import PASSWORD_COST, ArgonCost
from records.server_keys import load_key_file
from runtime.clock import Clock, utc_now
from runtime.errors import SettingsError
from runtime.settings import Settings
from triage import Rulebook, RulebookError, load_rulebook
from triage.place_data import PlacesError
from triage.territories import Gazetteer, load_gazetteer
from triage.vocabulary import Territory


@dataclass(frozen=True, slots=True)
class Parts:
    """What the use cases of both doors work with."""

    settings: Settings
    point: ListeningPoint
    records: Records
    reception: Reception
    desk: Desk


def load_triage(point: ListeningPoint) -> tuple[Rulebook, Gazetteer]:
    """The rules and the places; a mistake in their files is a SettingsError."""
    try:
        gazetteer = load_gazetteer(
            departement=point.departement,
            districts=point.districts,
            otherwise=Territory(COORDINATION),
        )
        rulebook = load_rulebook(places=gazetteer)
    except RulebookError as error:
        raise SettingsError(str(error).splitlines()) from None
    except PlacesError as error:
        raise SettingsError([f"{point.folder / 'teams.toml'}: {error}"]) from None
    # Hundreds of thousands of objects that live as long as the process: the collector need not
    # walk through them again and again while people wait.
    gc.collect()
    gc.freeze()
    return rulebook, gazetteer


def build_parts(settings: Settings, *, clock: Clock | None = None) -> Parts:
    """Raise SettingsError or KeyFileError, with what to do, where something is missing.

    Without a `clock` of the caller's the time is the database's, once it is measured.
    """
    point = load_listening_point(settings.listening_point)
    rulebook, gazetteer = load_triage(point)
    records = open_records(settings.database, load_key_file(settings.keys))
    clock = clock or DatabaseClock(records, utc_now)
    return Parts(
        settings,
        point,
        records,
        Reception(records, rulebook, gazetteer, point, clock),
        Desk(records, point, clock),
    )


@asynccontextmanager
async def right_time(clock: Clock) -> AsyncIterator[None]:
    """Keep a process's clock by the database's while it runs; a caller's own stays its own."""
    if not isinstance(clock, DatabaseClock):
        yield
        return
    async with kept_right(clock):
        yield


@asynccontextmanager
async def open_parts(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Parts]:
    """The same for a command that does its work and ends."""
    parts = build_parts(settings, clock=clock)
    try:
        await refuse_missing_database(settings)
        await refuse_wrong_key_file(settings, parts.records)
        async with right_time(parts.desk.clock):
            await register_policy(parts.desk)
            yield parts
    finally:
        await parts.records.close()


@asynccontextmanager
async def open_desk(
    settings: Settings, *, password_cost: ArgonCost = PASSWORD_COST
) -> AsyncIterator[Desk]:
    """For a command about staff: no triage is loaded."""
    point = load_listening_point(settings.listening_point)
    records = open_records(settings.database, load_key_file(settings.keys))
    clock = DatabaseClock(records, utc_now)
    try:
        await refuse_missing_database(settings)
        await refuse_wrong_key_file(settings, records)
        async with kept_right(clock):
            yield Desk(records, point, clock, password_cost=password_cost)
    finally:
        await records.close()

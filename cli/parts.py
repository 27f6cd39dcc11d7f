"""Build a process's parts from its settings: the composition root that the commands share."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cli.preconditions import refuse_missing_database
from dispatch.desk import Desk
from dispatch.listening_point import ListeningPoint, load_listening_point
from dispatch.policies import register_policy
from dispatch.routing import COORDINATION
from intake.reception import Reception
from records import Records, open_records
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


def build_parts(settings: Settings, *, clock: Clock = utc_now) -> Parts:
    """Raise SettingsError or KeyFileError, with what to do, where something is missing."""
    point = load_listening_point(settings.listening_point)
    rulebook, gazetteer = load_triage(point)
    records = open_records(settings.database, load_key_file(settings.keys))
    return Parts(
        settings,
        point,
        records,
        Reception(records, rulebook, gazetteer, point, clock),
        Desk(records, point, clock),
    )


@asynccontextmanager
async def open_parts(settings: Settings, *, clock: Clock = utc_now) -> AsyncIterator[Parts]:
    """The same for a command that does its work and ends."""
    parts = build_parts(settings, clock=clock)
    try:
        await refuse_missing_database(settings)
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
    try:
        await refuse_missing_database(settings)
        yield Desk(records, point, utc_now, password_cost=password_cost)
    finally:
        await records.close()

"""`point-ecoute check`: verify that everything is in order before anybody relies on it."""

import asyncio
import stat
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated, TypeVar

import typer

from cli.options import Data
from cli.parts import load_triage, refuse_old_schema
from dispatch.former_teams import left_behind
from dispatch.listening_point import ListeningPoint, load_listening_point, stale_numbers
from dispatch.routing import SUPERVISION
from records import open_records
from records.server_keys import load_key_file
from runtime.clock import utc_now
from runtime.errors import ServiceError, SettingsError
from runtime.i18n import languages, missing_sentences
from runtime.settings import Settings, load_settings

T = TypeVar("T")
_SHOWN = 50


def check(
    data: Data = None,
    config_only: Annotated[
        bool, typer.Option("--config-only", help="Leave out key file and database.")
    ] = False,
) -> None:
    """Check settings, listening point, rules, texts, key file and database; list what is wrong.

    Of the database: its version, the teams' keys, and that every open signal has a next dated
    follow-up that would be escalated.
    """
    problems, warnings = find_problems(load_settings(data=data), config_only=config_only)
    for warning in warnings:
        typer.echo(f"warning: {warning}")
    for problem in problems:
        typer.echo(f"problem: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("all in order")


def find_problems(
    settings: Settings, *, config_only: bool, now: datetime | None = None
) -> tuple[list[str], list[str]]:
    """(problems, warnings), one line each: what, where, why."""
    problems: list[str] = []
    warnings: list[str] = []
    point = _try(problems, lambda: load_listening_point(settings.listening_point))
    if point is not None:
        today = (now or utc_now()).date()
        triage = _try(problems, lambda: load_triage(point))
        if triage is not None:
            warnings += expired_words(triage[0].expiring, today=today)
        old, too_old = stale_numbers(point, today=today)
        warnings += old
        problems += too_old
    problems += _missing_texts()
    if not config_only and point is not None:
        problems += _data_problems(settings, point)
        warnings += _open_key_file(settings)
    return problems, warnings


def expired_words(listed: Iterable[tuple[str, str, str]], *, today: date) -> list[str]:
    """Slang and codes change by the month: lists past their date, and who is to look at them."""
    return [
        f"triage/{where}: to be looked at again since {expires}, by {owner or 'nobody named'}"
        for where, owner, expires in listed
        if date.fromisoformat(expires) <= today
    ]


def _try(problems: list[str], act: Callable[[], T]) -> T | None:
    try:
        return act()
    except SettingsError as error:
        problems += error.problems
    except ServiceError as error:
        problems.append(str(error))
    return None


def _missing_texts() -> list[str]:
    """Every language of the public texts has every sentence of the French one."""
    return [
        f"locales/{language}/public.po: {text_id}: missing"
        for language in languages()
        for text_id in missing_sentences(language)
    ]


def _data_problems(settings: Settings, point: ListeningPoint) -> list[str]:
    problems: list[str] = []
    keys = _try(problems, lambda: load_key_file(settings.keys))
    _try(problems, lambda: asyncio.run(refuse_old_schema(settings)))
    if keys is None or problems:
        return problems

    async def look() -> tuple[set[str], list[str]]:
        records = open_records(settings.database, keys)
        async with records.reading() as tx:
            teams = {team.code for team in await tx.staff.teams()}
            broken = await tx.follow_ups.broken_promises(_SHOWN)
            left = await left_behind(point, tx)
        await records.close()
        return teams, [f"signal {ref}: {what}" for ref, what in broken] + [
            f"{point.folder / 'teams.toml'}: team {team} is not named any more, and {number} open"
            " signals lie with it: coordination sees them, a supervisor transfers them"
            for team, number in left.items()
        ]

    with_key, broken = asyncio.run(look())
    needed = [*(team.code for team in point.teams), SUPERVISION]
    keyless = [f"team {code}: has no key: run team add" for code in needed if code not in with_key]
    return keyless + broken


def _open_key_file(settings: Settings) -> list[str]:
    if settings.keys.exists() and settings.keys.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return [f"{settings.keys}: readable by others than its owner"]
    return []

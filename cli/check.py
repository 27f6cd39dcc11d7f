"""`point-ecoute check`: verify that everything is in order before anybody relies on it."""

import asyncio
import os
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

import typer

from cli.options import Data
from cli.parts import load_triage
from cli.preconditions import find_preventing, missing_catalogues, redis_warnings, tried
from cli.untold import find_untold, open_to_others
from dispatch.desk import Desk
from dispatch.former_teams import left_behind
from dispatch.listening_point import ListeningPoint, load_listening_point, stale_numbers
from dispatch.routing import SUPERVISION
from records import open_records
from records.migrate import schema_differences
from records.server_keys import load_key_file
from runtime.clock import utc_now
from runtime.i18n import languages, missing_sentences
from runtime.setting_shapes import unknown_names
from runtime.settings import Settings, load_settings, setting_names

_SHOWN = 50


def check(
    data: Data = None,
    config_only: Annotated[
        bool, typer.Option("--config-only", help="Leave out key file and database.")
    ] = False,
) -> None:
    """Check settings, listening point, rules, texts, key file and database; list what is wrong.

    Problems prevent a start or leave somebody forgotten (exit 1); warnings leave somebody told
    later, or not at all. Of the database: whether it answers, its version and tables, the teams'
    keys, that every open signal has a next dated follow-up that would be escalated, and who would
    be told.
    """
    problems, warnings = find_problems(load_settings(data=data), config_only=config_only)
    for warning in warnings:
        typer.echo(f"warning: {warning}")
    for problem in problems:
        typer.echo(f"problem: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("nothing prevents the start; see the warnings" if warnings else "all in order")


def find_problems(
    settings: Settings, *, config_only: bool, now: datetime | None = None
) -> tuple[list[str], list[str]]:
    """(problems, warnings), one line each: what, where, why."""
    problems = [] if config_only else asyncio.run(find_preventing(settings))
    _, warnings = unknown_names(os.environ, setting_names())
    seen: list[str] = missing_catalogues()
    point = tried(seen, lambda: load_listening_point(settings.listening_point))
    if point is not None:
        today = (now or utc_now()).date()
        triage = tried(seen, lambda: load_triage(point))
        if triage is not None:
            warnings += expired_words(triage[0].expiring, today=today)
        old, too_old = stale_numbers(point, today=today)
        warnings += old
        seen += too_old
    if not missing_catalogues():
        seen += _missing_texts()
    if not config_only and point is not None and not problems:
        problems, more = asyncio.run(_look(settings, point))
        warnings += more
    if not config_only:
        warnings += open_to_others(settings)
    # What prevents the start stands there already.
    return problems + [one for one in seen if one not in problems], warnings


def expired_words(listed: Iterable[tuple[str, str, str]], *, today: date) -> list[str]:
    """Slang and codes change by the month: lists past their date, and who is to look at them."""
    return [
        f"triage/{where}: to be looked at again since {expires}, by {owner or 'nobody named'}"
        for where, owner, expires in listed
        if date.fromisoformat(expires) <= today
    ]


def _missing_texts() -> list[str]:
    """Every language of the public texts has every sentence of the French one."""
    return [
        f"locales/{language}/public.po: {text_id}: missing"
        for language in languages()
        for text_id in missing_sentences(language)
    ]


async def _look(settings: Settings, point: ListeningPoint) -> tuple[list[str], list[str]]:
    """What is wrong in a database that every process would start with."""
    problems = [
        f"database: {one}: run migrate, or tell who looks after the program"
        for one in await schema_differences(settings.database)
    ]
    if problems:
        return problems, []
    records = open_records(settings.database, load_key_file(settings.keys))
    desk = Desk(records, point, utc_now)
    try:
        async with records.reading() as tx:
            teams = {team.code for team in await tx.staff.teams()}
            broken = await tx.follow_ups.broken_promises(_SHOWN)
            left = await left_behind(point, tx)
            untold, warnings = await find_untold(settings, desk, tx)
        needed = [*(team.code for team in point.teams), SUPERVISION]
        problems += [
            f"team {code}: has no key: run point-ecoute team add {code}"
            for code in needed
            if code not in teams
        ]
        problems += [f"signal {ref}: {what}" for ref, what in broken]
        problems += [
            f"{point.folder / 'teams.toml'}: team {team} is not named any more, and {number} open"
            " signals lie with it: coordination sees them, a supervisor transfers them"
            for team, number in left.items()
        ]
    finally:
        await records.close()
    return problems + untold, warnings + await redis_warnings(settings)

"""`point-ecoute origins`: from which posters and pages people came to the bot, by month."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import typer

from cli.options import Data
from cli.parts import open_desk
from cli.preconditions import refuse_unready
from dispatch.origins import Origin
from runtime.settings import Settings, load_settings

# Of fewer, somebody could tell who they were.
FEWEST_SHOWN: Final = 5


def origins(data: Data = None) -> None:
    """Say how many people came from each origin of origins.toml, by month."""
    for line in asyncio.run(_lines(load_settings(data=data))):
        typer.echo(line)


async def _lines(settings: Settings) -> Sequence[str]:
    await refuse_unready(settings)
    async with open_desk(settings) as desk:
        async with desk.records.reading() as tx:
            counts = await tx.origins.counts()
        named = desk.point.origins
    if not counts:
        return ["nobody came from a listed origin yet"]
    return [f"{one.month}  {_number(one.number):>7}  {_named(one.origin, named)}" for one in counts]


def _number(number: int) -> str:
    return str(number) if number >= FEWEST_SHOWN else f"under {FEWEST_SHOWN}"


def _named(code: str, listed: Mapping[str, Origin]) -> str:
    origin = listed.get(code)
    return f"{code}: {origin.name}, since {origin.since}" if origin else f"{code}: no longer listed"

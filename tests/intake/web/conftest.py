"""The public site as a visitor meets it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from intake.rate_limits import RateLimits
from intake.reception import Reception
from intake.web.app import create_app
from records import open_records
from records.sessions import SessionVault
from runtime.settings import Settings

ADDRESS = "203.0.113.9"
Visit = Callable[..., httpx.AsyncClient]


@pytest.fixture
def naps() -> list[float]:
    """How long the site would have let somebody wait."""
    return []


@pytest.fixture
def site(
    reception: Reception,
    limits: RateLimits,
    vault: SessionVault,
    settings: Settings,
    naps: list[float],
) -> FastAPI:
    async def nap(seconds: float) -> None:
        naps.append(seconds)

    return create_app(reception=reception, limits=limits, vault=vault, settings=settings, sleep=nap)


@pytest.fixture
async def visitor(site: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_visitor(site) as client:
        yield client


@pytest.fixture
async def broken_site(
    reception: Reception,
    limits: RateLimits,
    vault: SessionVault,
    settings: Settings,
    tmp_path: Path,
) -> AsyncIterator[httpx.AsyncClient]:
    """A site whose database has lost its tables."""
    empty = open_records(f"sqlite+aiosqlite:///{tmp_path}/empty.db", reception.records.keys)
    without = Reception(
        empty,
        reception.rulebook,
        reception.gazetteer,
        reception.point,
        reception.clock,
        reception.receipt_cost,
    )
    app = create_app(reception=without, limits=limits, vault=vault, settings=settings)
    async with a_visitor(app) as client:
        yield client
    await empty.close()


def a_visitor(
    site: FastAPI, *, address: str = ADDRESS, base: str = "http://site.invalid"
) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(site, client=(address, 4242))
    return httpx.AsyncClient(transport=transport, base_url=base)

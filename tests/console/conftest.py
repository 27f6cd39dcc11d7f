"""The console as a browser sees it, over both databases, mounted as the command line mounts it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from console.app import create_app
from dispatch.desk import Desk
from dispatch.install import Installed
from intake.rate_limits import RateLimits
from intake.reception import Reception
from records.sessions import SessionVault
from runtime.settings import Settings
from tests.console.staff import BASE, At, Staff


@pytest.fixture
def slept() -> list[float]:
    """The pauses that the console made, none of which a test waits for."""
    return []


@pytest.fixture
def console_app(
    desk: Desk,
    vault: SessionVault,
    limits: RateLimits,
    settings: Settings,
    slept: list[float],
) -> FastAPI:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return create_app(desk=desk, vault=vault, limits=limits, settings=settings, sleep=sleep)


@pytest.fixture
async def browser(console_app: FastAPI) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    """Make a browser of its own, with its own cookies."""
    site = Starlette(routes=[Mount(BASE, app=console_app)])
    async with AsyncExitStack() as stack:

        def make() -> httpx.AsyncClient:
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=site), base_url="http://console.test"
            )
            stack.push_async_callback(client.aclose)
            return client

        yield make


@pytest.fixture
def at(
    desk: Desk,
    installed: Installed,
    reception: Reception,
    browser: Callable[[], httpx.AsyncClient],
) -> At:
    return At(desk, installed.recovery, reception, browser)


@pytest.fixture
async def flandres(at: At) -> Staff:
    return await at.member("flandres", name="Camille Flandres")


@pytest.fixture
async def colleague(at: At) -> Staff:
    return await at.member("flandres", name="Dominique Collègue")


@pytest.fixture
async def douaisis(at: At) -> Staff:
    return await at.member("douaisis", name="Sacha Douai")

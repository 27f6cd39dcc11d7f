"""A frozen Valkey: no page waits twice, nobody is signed out, nothing typed is lost."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from console.app import create_app
from dispatch.desk import Desk
from dispatch.install import Installed
from intake.rate_limits import RateLimits
from intake.reception import Reception
from records.sessions import SessionVault
from runtime.circuit import Circuit
from runtime.live import RedisLive
from runtime.settings import Settings
from runtime.volatile import RedisStore
from tests.console.staff import BASE, At
from tests.frozen import Frozen, frozen_valkey
from tests.journeys.doors import form_to

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TYPED = "Je suis là, tu peux m'écrire quand tu veux."


@pytest.fixture
def valkey() -> Iterator[Frozen]:
    with frozen_valkey() as server:
        yield server


@asynccontextmanager
async def web_process(
    valkey: Frozen, desk: Desk, settings: Settings
) -> AsyncIterator[tuple[Starlette, Circuit]]:
    circuit = valkey.circuit()
    store = RedisStore(circuit)
    app = create_app(
        desk=desk,
        vault=SessionVault(store, "staff", 7200),
        limits=RateLimits(store),
        settings=settings,
        live=RedisLive(circuit),
    )
    yield Starlette(routes=[Mount(BASE, app=app)]), circuit
    await circuit.close()


def browsing(site: Starlette, cookies: httpx.Cookies | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=site)
    return httpx.AsyncClient(transport=transport, base_url="http://console.test", cookies=cookies)


async def test_staff_go_on_working_and_wait_once(
    valkey: Frozen, desk: Desk, settings: Settings, installed: Installed, reception: Reception
):
    async with web_process(valkey, desk, settings) as (site, circuit):
        at = At(desk, installed.recovery, reception, _maker(site))
        member = await at.member("flandres", name="Camille")
        sent = await at.signal()
        valkey.freeze()
        for path in ("/", f"/signaux/{sent.ref}", "/astreinte", "/"):
            assert (await member.get(path)).status_code == httpx.codes.OK
        assert valkey.waited == 1
        await member.client.aclose()
        await valkey.thaw(circuit)


async def test_a_process_that_does_not_know_the_session_says_so_and_keeps_the_words(
    valkey: Frozen, desk: Desk, settings: Settings, installed: Installed, reception: Reception
):
    async with (
        web_process(valkey, desk, settings) as (site, circuit),
        web_process(valkey, desk, settings) as (other_site, other),
    ):
        at = At(desk, installed.recovery, reception, _maker(site))
        member = await at.member("flandres", name="Camille")
        sent = await at.signal()
        page = await member.get(f"/signaux/{sent.ref}")
        reply = form_to(page.text, "/reponse")
        async with browsing(other_site, member.client.cookies) as client:
            valkey.freeze()
            told = await client.get(f"{BASE}/")
            lost = await client.post(
                f"{BASE}/signaux/{sent.ref}/reponse", data=reply.fields | {"reponse": TYPED}
            )
            assert (told.status_code, lost.status_code) == (503, 503)
            assert "Le service qui garde les sessions ne répond pas." in told.text
            assert "tu peux m&#39;écrire quand tu veux." in lost.text
            assert valkey.waited == 1
            await valkey.thaw(circuit, other)
            assert (await client.get(f"{BASE}/")).status_code == httpx.codes.OK
        await member.client.aclose()


async def test_without_a_cookie_the_sign_in_page_is_shown_and_signing_in_works(
    valkey: Frozen, desk: Desk, settings: Settings, installed: Installed, reception: Reception
):
    async with web_process(valkey, desk, settings) as (site, circuit):
        valkey.freeze()
        at = At(desk, installed.recovery, reception, _maker(site))
        member = await at.member("flandres", name="Camille")
        assert (await member.get("/")).status_code == httpx.codes.OK
        assert valkey.waited == 1
        await valkey.thaw(circuit)
        assert (await member.get("/")).status_code == httpx.codes.OK
        await member.client.aclose()


def _maker(site: Starlette) -> Callable[[], httpx.AsyncClient]:
    return lambda: browsing(site)

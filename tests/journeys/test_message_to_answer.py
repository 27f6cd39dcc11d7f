"""From a first message to an answered signal, through the doors, on both databases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from cli.demo import DOMAIN, PASSWORD, accounts
from cli.install import run_install
from cli.parts import build_parts, open_desk
from cli.serve import make_app
from console.pages import BASE
from dispatch.members import NewMember, add_member
from intake.web.doors import Place
from runtime.settings import Settings, load_settings
from tests.builders import COMMUNE_OF, QUICK, TERRITORIES
from tests.databases import Database
from tests.journeys.doors import Console, Public

REPLY = "Merci d'avoir écrit. Je suis là, on peut en parler à ton rythme."


@asynccontextmanager
async def browser(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
async def settings_installed(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> Settings:
    """An installed service with a member in each team; Valkey beside PostgreSQL."""
    redis_url = request.getfixturevalue("valkey_url") if database.kind == "postgresql" else None
    settings = load_settings(data=tmp_path, database_url=database.url, redis_url=redis_url)
    recovery = await run_install(settings)
    async with open_desk(settings, password_cost=QUICK) as desk:
        for email, name, role, teams in accounts((*TERRITORIES, "coordination")):
            await add_member(NewMember(name, email, role, teams, PASSWORD), desk, by=recovery)
    return settings


@pytest.fixture
async def app(settings_installed: Settings) -> AsyncIterator[Starlette]:
    parts = build_parts(settings_installed)
    # Answers leave at once: what happens in the ten seconds before has its own tests.
    desk = replace(parts.desk, take_back=timedelta(0))
    app = make_app(settings_installed, parts=replace(parts, desk=desk))
    async with app.router.lifespan_context(app):
        yield app


async def test_each_team_reads_and_answers_its_own_and_nobody_elses(app: Starlette):
    receipts: dict[str, str] = {}
    refs: dict[str, str] = {}
    for territory in TERRITORIES:
        async with browser(app) as client:
            sender = Public(client)
            await sender.submit(f"coucou de {territory}", commune=COMMUNE_OF[territory])
            receipts[territory] = sender.receipt
    for territory in TERRITORIES:
        async with browser(app) as client:
            staff = Console(client)
            await staff.sign_in(f"{territory}@{DOMAIN}", PASSWORD)
            [refs[territory]] = await staff.refs()
            assert f"coucou de {territory}" in await staff.open(refs[territory])
            await staff.claim(refs[territory])
            await staff.reply(refs[territory], f"{REPLY} {territory}")
            for other, ref in refs.items():
                if other != territory:
                    assert (await staff.show(ref)).status_code == httpx.codes.NOT_FOUND
    for territory, receipt in receipts.items():
        async with browser(app) as client:
            sender = Public(client)
            await sender.come_back(receipt)
            page = (await sender.thread()).text
            assert f"coucou de {territory}" in page
            assert territory in page.partition("rythme.")[2]


async def test_the_sender_writes_again_and_erases_everything(app: Starlette):
    async with browser(app) as client, browser(app) as staff_client:
        sender, staff = Public(client), Console(staff_client)
        await sender.submit("premier mot", commune="Douai")
        await sender.write_again("deuxième mot")
        await staff.sign_in(f"douaisis@{DOMAIN}", PASSWORD)
        [ref] = await staff.refs()
        page = await staff.open(ref)
        assert "premier mot" in page
        assert "deuxième mot" in page

        await sender.erase()

        assert (await staff.show(ref)).status_code == httpx.codes.NOT_FOUND
        answer = await sender.come_back(sender.receipt)
        assert answer.status_code == httpx.codes.NOT_FOUND


async def test_a_transferred_signal_goes_to_the_other_team_with_its_words(app: Starlette):
    async with browser(app) as client, browser(app) as first, browser(app) as second:
        await Public(client).submit("mot à transférer", commune="Douai")
        here, there = Console(first), Console(second)
        await here.sign_in(f"douaisis@{DOMAIN}", PASSWORD)
        await there.sign_in(f"flandres@{DOMAIN}", PASSWORD)
        [ref] = await here.refs()

        await here.transfer(ref, "flandres", "elle vit à Dunkerque")

        assert (await here.show(ref)).status_code == httpx.codes.NOT_FOUND
        assert "mot à transférer" in await there.open(ref)


async def test_a_note_among_staff_never_reaches_the_sender(app: Starlette):
    async with browser(app) as client, browser(app) as staff_client:
        sender, staff = Public(client), Console(staff_client)
        await sender.submit("un mot", commune="Douai")
        await staff.sign_in(f"douaisis@{DOMAIN}", PASSWORD)
        [ref] = await staff.refs()
        await staff.note(ref, "à revoir lundi")

        page = (await sender.thread()).text
        assert "un mot" in page
        assert "à revoir lundi" not in page


async def test_an_administrator_and_a_stranger_read_nothing(app: Starlette):
    async with browser(app) as client, browser(app) as admin_client, browser(app) as stranger:
        await Public(client).submit("un mot", commune="Douai")
        admin = Console(admin_client)
        await admin.sign_in(f"admin@{DOMAIN}", PASSWORD)
        assert await admin.refs() == []

        page = await stranger.get(f"{BASE}/")
        assert page.status_code == httpx.codes.SEE_OTHER
        assert page.headers["location"].endswith("/connexion")


async def test_the_api_and_the_pages_are_one_way_in(app: Starlette):
    async with browser(app) as client:
        answer = await client.post(
            "/api/v1/signals", json={"text": "bonjour", "author": "peer", "postal_code": "59500"}
        )
        sender = Public(client)
        await sender.come_back(answer.json()["receipt"])

        assert "bonjour" in (await sender.thread()).text
        thread = await client.post(
            "/api/v1/conversation", json={"receipt": answer.json()["receipt"]}
        )
        assert [m["text"] for m in thread.json()["messages"]] == ["bonjour"]
        assert (await client.get(Place.THREAD)).headers["cache-control"] == "no-store"

"""A form is answered at an address of its own: a reload shows it, nobody else sees it."""

import re

import httpx
import pytest
from fastapi import FastAPI

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.queue import Queue, list_queue
from intake.rate_limits import PAGES_OF_A_NETWORK, RateLimits
from intake.reception import Reception
from intake.web.app import create_app
from records.sessions import SessionVault
from records.shown_pages import PAGE_SECONDS
from runtime.circuit import Circuit
from runtime.settings import Settings
from runtime.volatile import MemoryStore, RedisStore
from tests.builders import a_member
from tests.intake.web.conftest import a_visitor
from tests.intake.web.reading import code_on, one_database, read

WORDS = "ce que personne ne doit relire"
TOO_LONG = WORDS * 700


async def post(client: httpx.AsyncClient, door: str, **typed: str) -> httpx.Response:
    """Fill the form at this address and send it, as a browser does that keeps cookies."""
    page = await client.get(door)
    return await client.post(door, data=read(page).form(door).fields | typed)


@one_database
@pytest.mark.parametrize(
    ("door", "typed", "status"),
    [
        ("/moi", {"text": WORDS}, 200),
        ("/proche", {"text": WORDS, "lang": "ar"}, 200),
        ("/pro", {"text": TOO_LONG}, 422),
        ("/moi", {"text": TOO_LONG * 4}, 413),
        ("/moi", {"text": " ", "commune": "Douai"}, 422),
        ("/reprendre", {"code": "abaisser " * 6}, 404),
        ("/reprendre", {"code": "zzz"}, 422),
    ],
)
async def test_no_form_is_answered_by_a_page_that_history_keeps(
    door: str, typed: dict[str, str], status: int, visitor: httpx.AsyncClient
):
    answer = await post(visitor, door, **typed)
    place = answer.headers["location"]
    pages = [await visitor.get(place) for _ in range(2)]

    language = "?lang=ar" if typed.get("lang") == "ar" else ""
    assert answer.status_code == 303
    assert re.fullmatch(rf"{door}/suite/[\w-]{{12}}", place.removesuffix(language))
    assert place.endswith(language)
    assert [page.status_code for page in pages] == [status, status]
    assert pages[0].text == pages[1].text


@one_database
async def test_a_reload_of_the_receipt_files_nothing_and_a_double_click_shows_it_again(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    fields = read(await visitor.get("/moi")).form("/moi").fields | {"text": WORDS}
    places = [(await visitor.post("/moi", data=fields)).headers["location"] for _ in range(2)]

    codes = {code_on(await visitor.get(place)) for place in [*places[1:], places[1]]}

    assert len(codes) == 1
    member = await a_member(desk, installed.recovery, "coordination")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1


@one_database
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("typed", [{"text": WORDS}, {"text": TOO_LONG}])
async def test_after_the_exit_nobody_sees_it_again_not_even_with_a_copy_of_the_cookie(
    method: str, typed: dict[str, str], visitor: httpx.AsyncClient
):
    place = (await post(visitor, "/moi", **typed)).headers["location"]
    shown = await visitor.get(place)
    copied = dict(visitor.cookies)

    await visitor.request(method, "/quitter")
    bare = await visitor.get(place)
    visitor.cookies.update(copied)
    again = await visitor.get(place)

    assert shown.status_code in {200, 422}
    for page in (bare, again):
        assert page.status_code == 404
        assert "ne s’affiche plus" in page.text
        assert 'id="code-words"' not in page.text
        assert WORDS not in page.text


@one_database
async def test_another_browser_does_not_see_it(site: FastAPI, visitor: httpx.AsyncClient):
    place = (await post(visitor, "/moi", text=WORDS)).headers["location"]
    async with a_visitor(site) as other:
        await other.get("/moi")
        page = await other.get(place)

    assert page.status_code == 404
    assert 'id="code-words"' not in page.text


@one_database
async def test_closing_the_conversation_closes_its_pages(visitor: httpx.AsyncClient):
    receipt = (await post(visitor, "/moi", text=WORDS)).headers["location"]
    fields = read(await visitor.get("/fil")).form("/fil").fields
    thread = (await visitor.post("/fil", data=fields)).headers["location"]
    assert WORDS in (await visitor.get(thread)).text

    copied = dict(visitor.cookies)
    await visitor.post("/fil/fermer", data=fields)
    visitor.cookies.update(copied)

    for place in (receipt, thread):
        assert (await visitor.get(place)).status_code == 404


@one_database
async def test_it_is_shown_for_a_quarter_of_an_hour(
    reception: Reception, settings: Settings, vault: SessionVault
):
    seconds = [0.0]
    limits = RateLimits(MemoryStore(lambda: seconds[0]))
    app = create_app(reception=reception, limits=limits, vault=vault, settings=settings)
    async with a_visitor(app) as visitor:
        place = (await post(visitor, "/moi", text=WORDS)).headers["location"]
        seconds[0] = PAGE_SECONDS - 1
        in_time = await visitor.get(place)
        seconds[0] = PAGE_SECONDS
        late = await visitor.get(place)

    assert (in_time.status_code, late.status_code) == (200, 404)


@one_database
async def test_without_cookies_the_receipt_is_shown_at_once(visitor: httpx.AsyncClient):
    fields = read(await visitor.get("/moi")).form("/moi").fields
    visitor.cookies.clear()

    answer = await visitor.post("/moi", data=fields | {"text": WORDS})

    assert answer.status_code == 200
    assert code_on(answer)


@one_database
async def test_while_valkey_is_away_the_receipt_is_shown_at_once(
    reception: Reception, settings: Settings, vault: SessionVault
):
    """Another process could not find it again."""
    store = RedisStore(Circuit("redis://127.0.0.1:1/0"))
    app = create_app(reception=reception, limits=RateLimits(store), vault=vault, settings=settings)
    async with a_visitor(app) as visitor:
        answer = await post(visitor, "/moi", text=WORDS)
    await store.close()

    assert answer.status_code == 200
    assert code_on(answer)


@one_database
async def test_another_process_shows_it_with_valkey(
    reception: Reception, settings: Settings, valkey_url: str
):
    stores = [RedisStore(Circuit(valkey_url)) for _ in range(2)]
    one, other = (
        create_app(
            reception=reception,
            limits=RateLimits(store),
            vault=SessionVault(store, "sender", 1800),
            settings=settings,
        )
        for store in stores
    )
    async with a_visitor(one) as visitor, a_visitor(other) as elsewhere:
        place = (await post(visitor, "/moi", text=WORDS)).headers["location"]
        elsewhere.cookies.update(visitor.cookies)
        shown = await elsewhere.get(place)
        await elsewhere.get("/quitter")
        after = await visitor.get(place)
    for store in stores:
        await store.close()

    assert code_on(shown)
    assert after.status_code == 404


@one_database
async def test_a_flood_of_forms_fills_no_memory_and_is_still_answered(visitor: httpx.AsyncClient):
    page = await visitor.get("/moi")
    fields = read(page).form("/moi").fields | {"text": " "}
    for _ in range(PAGES_OF_A_NETWORK):
        assert (await visitor.post("/moi", data=fields)).status_code == 303

    assert (await visitor.post("/moi", data=fields)).status_code == 422

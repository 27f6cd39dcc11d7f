"""Coming back: a forgiving code, nothing shown unasked, write again, erase, leave."""

import httpx
import pytest
from fastapi import FastAPI

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from dispatch.replies import reply
from intake.rate_limits import RateLimits
from intake.reception import Reception
from intake.web.app import create_app
from records.sessions import SessionVault
from runtime.settings import Settings
from tests.builders import a_member
from tests.intake.web.conftest import a_visitor
from tests.intake.web.reading import code_on, one_database, read, send, shown

WORDS = "ce que je veux dire <tout bas>"
CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"


@pytest.fixture
async def code(site: FastAPI) -> str:
    """The code of a conversation that another browser began."""
    async with a_visitor(site) as elsewhere:
        return code_on(await elsewhere.post("/moi", data={"text": WORDS, "commune": "Douai"}))


async def come_back(client: httpx.AsyncClient, code: str) -> httpx.Response:
    answer = await send(client, await client.get("/reprendre"), "/reprendre", code=code)
    assert (answer.status_code, answer.headers["location"]) == (303, "/fil")
    return await client.get("/fil")


async def test_the_code_opens_the_conversation_with_the_answer(
    code: str, visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    member = await a_member(desk, installed.recovery, "douaisis")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    await open_signal(row.ref, member, desk)
    await reply(row.ref, "Bonjour, on est là.", member, desk, idempotency_key="k" * 36)

    closed = await come_back(visitor, f"  {code.upper().replace(' ', ', ')} ")
    page = await send(visitor, closed, "/fil")

    assert WORDS not in read(closed).text
    text = read(page).text
    assert WORDS in text
    assert text.index(WORDS) < text.index("L’équipe") < text.index("Bonjour, on est là.")
    assert member.name not in text


@one_database
async def test_a_wrong_word_is_told_by_its_place(code: str, visitor: httpx.AsyncClient):
    words = code.split()
    typed = " ".join([words[0], "zzzz", *words[2:5], "qqqq"])

    answer = await send(visitor, await visitor.get("/reprendre"), "/reprendre", code=typed)

    assert answer.status_code == 422
    assert "2, 6" in read(answer).text
    assert read(answer).form("/reprendre").fields["code"] == typed


@one_database
@pytest.mark.parametrize(
    ("typed", "status"), [("", 422), ("abaisser", 422), ("abaisser " * 6, 404)]
)
async def test_a_wrong_code_shows_the_field_again(
    typed: str, status: int, visitor: httpx.AsyncClient
):
    answer = await send(visitor, await visitor.get("/reprendre"), "/reprendre", code=typed)

    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers


@one_database
async def test_guessing_becomes_slow_and_a_right_code_never_waits(
    code: str, visitor: httpx.AsyncClient, naps: list[float]
):
    for _ in range(7):
        await visitor.post("/reprendre", data={"code": "abaisser " * 6})
    await come_back(visitor, code)

    assert naps == [0.0] * 5 + [1.0, 2.0]


@one_database
async def test_another_site_cannot_open_a_conversation_here(code: str, visitor: httpx.AsyncClient):
    answer = await visitor.post(
        "/reprendre", data={"code": code}, headers={"sec-fetch-site": "cross-site"}
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@one_database
async def test_the_code_stands_in_no_address(code: str, visitor: httpx.AsyncClient):
    answer = await visitor.post("/reprendre", data={"code": code, "lang": "en"})

    assert answer.headers["location"] == "/fil?lang=en"


async def test_a_further_message_is_kept_once_and_shown(code: str, visitor: httpx.AsyncClient):
    page = await send(visitor, await come_back(visitor, code), "/fil")

    await send(visitor, page, "/fil/ecrire", text="et encore ceci")
    answer = await send(visitor, page, "/fil/ecrire", text="et encore ceci")

    assert answer.status_code == 200
    assert read(answer).text.count("et encore ceci") == 1
    assert "bien arrivé" in answer.text
    assert read(answer).form("/fil/ecrire").fields["text"] == ""


@one_database
async def test_a_further_message_that_is_critical_shows_the_card_first(
    code: str, visitor: httpx.AsyncClient
):
    closed = await come_back(visitor, code)
    fields = read(closed).form("/fil").fields

    answer = await shown(
        visitor, await visitor.post("/fil/ecrire", data=fields | {"text": CRITICAL})
    )

    ids = read(answer).ids()
    assert ids.index("emergency") < ids.index("added")


@one_database
async def test_looking_again_keeps_what_is_being_typed(code: str, visitor: httpx.AsyncClient):
    closed = await come_back(visitor, code)

    answer = await send(visitor, closed, "/fil", text="pas encore fini")

    assert read(answer).form("/fil/ecrire").fields["text"] == "pas encore fini"


@one_database
@pytest.mark.parametrize(("text", "status"), [(" ", 422), ("é" * 20_001, 422), ("é" * 40_000, 413)])
async def test_a_wrong_message_comes_back_whole(
    text: str, status: int, code: str, visitor: httpx.AsyncClient
):
    page = await send(visitor, await come_back(visitor, code), "/fil")

    answer = await send(visitor, page, "/fil/ecrire", text=text)

    assert answer.status_code == status
    assert read(answer).form("/fil/ecrire").fields["text"] == text


@one_database
@pytest.mark.parametrize("path", ["/fil", "/fil/ecrire", "/fil/lieu", "/fil/effacer"])
async def test_without_the_token_of_the_session_nothing_happens_and_nothing_is_lost(
    path: str, code: str, visitor: httpx.AsyncClient
):
    await come_back(visitor, code)

    answer = await shown(
        visitor, await visitor.post(path, data={"token": "wrong", "text": "mon texte"})
    )

    assert answer.status_code == 403
    assert WORDS not in read(answer).text
    assert read(answer).form("/reprendre").fields["text"] == "mon texte"


@one_database
async def test_after_the_session_the_code_brings_the_typed_text_back(
    code: str, visitor: httpx.AsyncClient
):
    page = await send(visitor, await come_back(visitor, code), "/fil")
    visitor.cookies.clear()
    over = await send(visitor, page, "/fil/ecrire", text="presque perdu")

    opened = await send(visitor, over, "/reprendre", code=code)
    answer = await send(visitor, await send(visitor, opened, "/fil"), "/fil/ecrire")

    assert over.status_code == 403
    assert WORDS not in read(opened).text
    assert read(opened).form("/fil").fields["text"] == "presque perdu"
    assert "presque perdu" in read(answer).text


@one_database
@pytest.mark.parametrize("path", ["/fil", "/fil/effacer"])
async def test_without_a_session_the_code_is_asked_for(path: str, visitor: httpx.AsyncClient):
    answer = await visitor.get(path)

    assert answer.status_code == 403
    assert "code" in read(answer).form("/reprendre").fields


async def test_erasing_asks_first_then_leaves_nothing(
    code: str, visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    await come_back(visitor, code)
    asked = await visitor.get("/fil/effacer")
    member = await a_member(desk, installed.recovery, "douaisis")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1

    answer = await send(visitor, asked, "/fil/effacer")

    assert "C’est effacé chez nous" in answer.text
    assert await list_queue(member, desk, queue=Queue.OPEN) == ()
    assert (await visitor.get("/fil")).status_code == 403
    tried = await visitor.post("/reprendre", data={"code": code})
    assert (await shown(visitor, tried)).status_code == 404


@one_database
async def test_a_conversation_erased_elsewhere_gives_the_typed_text_back(
    code: str, site: FastAPI, visitor: httpx.AsyncClient
):
    page = await send(visitor, await come_back(visitor, code), "/fil")
    async with a_visitor(site) as elsewhere:
        await come_back(elsewhere, code)
        await send(elsewhere, await elsewhere.get("/fil/effacer"), "/fil/effacer")

    answer = await send(visitor, page, "/fil/ecrire", text="mon texte")

    assert answer.status_code == 403
    assert read(answer).form("/reprendre").fields["text"] == "mon texte"


@one_database
@pytest.mark.parametrize("path", ["/fil/ecrire", "/fil/lieu", "/fil/fermer"])
async def test_where_only_forms_go_the_address_bar_leads_to_the_conversation(
    path: str, visitor: httpx.AsyncClient
):
    answer = await visitor.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/fil")


@one_database
async def test_closing_ends_the_session_and_keeps_the_conversation(
    code: str, visitor: httpx.AsyncClient
):
    closed = await come_back(visitor, code)
    cookie = dict(visitor.cookies)

    answer = await send(visitor, closed, "/fil/fermer")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    visitor.cookies.update(cookie)
    assert (await visitor.get("/fil")).status_code == 403
    await come_back(visitor, code)


@one_database
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_leaving_ends_the_session_and_forgets_everything(
    method: str, code: str, visitor: httpx.AsyncClient
):
    await come_back(visitor, code)
    cookie = dict(visitor.cookies)

    answer = await visitor.request(method, "/quitter")

    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    if method == "GET":
        assert answer.status_code == 303
        assert answer.headers["location"] == "https://meteofrance.com/"
    visitor.cookies.update(cookie)
    assert (await visitor.get("/fil")).status_code == 403


@one_database
async def test_over_https_the_cookie_is_bound_to_the_host(
    reception: Reception, limits: RateLimits, vault: SessionVault, settings: Settings
):
    settings = settings.model_copy(update={"public_url": "https://site.invalid"})
    app = create_app(reception=reception, limits=limits, vault=vault, settings=settings)
    async with a_visitor(app, base="https://site.invalid") as client:
        given = await client.post("/moi", data={"text": "bonjour"})
        thread = await client.get("/fil")
        left = await client.get("/quitter")

    assert thread.status_code == 200
    for answer in (given, left):
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-s=")
        assert "; Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie

"""Live events: one's own teams', without content, as long as the session lasts; and presence."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from console.dependencies import Console
from console.live_pages import CHANGED, events
from console.sessions import cookie_name, find_session
from dispatch.routing import SUPERVISION
from tests.console.staff import At, Staff


async def listening(staff: Staff, app: FastAPI) -> AsyncGenerator[bytes]:
    """The stream of a signed-in browser, begun."""
    console: Console = app.state.console
    cookie = staff.client.cookies.get(cookie_name(console.settings))
    session = await find_session(cookie, console.vault, console.desk)
    assert session is not None
    headers = [(b"cookie", f"{cookie_name(console.settings)}={cookie}".encode())]
    request = Request({"type": "http", "headers": headers, "app": app})
    stream: Any = (await events(request, session, console)).body_iterator
    assert (await anext(stream)).startswith(b":")
    await asyncio.sleep(0)  # the listener begins
    made: AsyncGenerator[bytes] = stream
    return made


async def told(stream: AsyncGenerator[bytes]) -> bytes:
    async with asyncio.timeout(10):
        return await anext(stream)


async def test_an_act_of_one_s_own_team_is_heard_without_content(
    at: At, flandres: Staff, colleague: Staff, console_app: FastAPI
):
    sent = await at.signal()
    stream = await listening(colleague, console_app)
    await flandres.do(sent.ref, "prise")

    assert await told(stream) == CHANGED
    await stream.aclose()


@pytest.mark.parametrize("team", ["douaisis", SUPERVISION])
async def test_another_team_hears_nothing_and_supervision_everything(
    team: str, at: At, flandres: Staff, console_app: FastAPI
):
    listener = await at.member(team)
    sent = await at.signal()
    console: Console = console_app.state.console
    stream = await listening(listener, console_app)
    waiting = asyncio.ensure_future(told(stream))
    await flandres.do(sent.ref, "prise")
    await asyncio.sleep(0)
    if team == SUPERVISION:
        assert await waiting == CHANGED
    else:
        assert not waiting.done()
        await console.live.tell("douaisis")
        assert await waiting == CHANGED
    await stream.aclose()


async def test_a_stream_ends_before_it_says_anything_to_who_signed_out_or_left_the_team(
    at: At, flandres: Staff, colleague: Staff, console_app: FastAPI
):
    sent = await at.signal()
    stream = await listening(colleague, console_app)
    await colleague.post("/deconnexion")
    await flandres.do(sent.ref, "prise")
    with pytest.raises(StopAsyncIteration):
        await told(stream)
    left = await at.member("flandres", "douaisis")
    stream = await listening(left, console_app)
    async with at.desk.records.transaction() as tx:
        await tx.staff.remove_team_key("flandres", left.member.id)
    await flandres.do(sent.ref, "note", text="une note", key="k")
    with pytest.raises(StopAsyncIteration):
        await told(stream)


async def test_who_is_signed_out_hears_nothing(flandres: Staff):
    await flandres.post("/deconnexion")
    answer = await flandres.get("/evenements")

    assert answer.status_code == 303


async def test_colleagues_at_the_same_signal_see_each_other(
    at: At, flandres: Staff, colleague: Staff
):
    sent = await at.signal()
    assert "Lit aussi" not in (await flandres.signal(sent.ref)).text

    assert "Lit aussi ce signal en ce moment : Camille Flandres" in (
        (await colleague.signal(sent.ref)).text
    )


async def test_the_list_works_without_a_script_as_before(flandres: Staff):
    page = await flandres.get("/")

    assert page.headers["refresh"].startswith("60;")
    assert 'data-live="/equipe/evenements"' in page.text
    assert "<script>" not in page.text

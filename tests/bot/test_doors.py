"""Long polling and webhook: the real processes, the secret, what is confirmed, and the logs."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.app import build_dispatcher
from bot.feed import Feed
from bot.polling import take_updates
from bot.telegram import read_update
from bot.webhook import LIMIT_BYTES, SECRET_HEADER, webhook_app
from cli.install import run_install
from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.queue import Queue, list_queue
from records import open_records
from runtime.settings import load_settings
from tests.bot.conftest import CHILD, Talk
from tests.bot.test_conversation import IN_DANGER, SMS
from tests.builders import a_member, text_files
from tests.processes import listening_socket
from tests.telegram import TOKEN, telegram

SECRET = "un-secret-de-trente-deux-signes-ou-plus"  # noqa: S105


@pytest.fixture
async def client(talk: Talk):
    transport = httpx.ASGITransport(webhook_app(talk.feed, SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.invalid") as asking:
        yield asking


@asynccontextmanager
async def without_database(talk: Talk, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The same webhook in a process whose database is not there."""
    reception = talk.door.reception
    gone = open_records(f"sqlite+aiosqlite:///{folder}/gone/gone.db", reception.records.keys)
    door = replace(talk.door, reception=replace(reception, records=gone))
    feed = Feed(talk.feed.bot, build_dispatcher(door), door)
    transport = httpx.ASGITransport(webhook_app(feed, SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.invalid") as client:
        yield client
    await gone.close()


def an_update(talk: Talk, text: str = SMS) -> dict[str, object]:
    talk.world.write(talk.chat, text)
    return talk.world.next_updates(None, 100)[-1]


async def test_who_knows_the_secret_is_taken_in(
    talk: Talk, client: httpx.AsyncClient, desk: Desk, installed: Installed
):
    answer = await client.post("/", json=an_update(talk), headers={SECRET_HEADER: SECRET})

    assert answer.status_code == httpx.codes.OK
    member = await a_member(desk, installed.recovery, "douaisis")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1


@pytest.mark.parametrize("given", [{}, {SECRET_HEADER: "faux"}, {SECRET_HEADER: SECRET + "x"}])
async def test_nobody_else_is(talk: Talk, client: httpx.AsyncClient, given: dict[str, str]):
    answer = await client.post("/", json=an_update(talk), headers=given)

    assert answer.status_code == httpx.codes.FORBIDDEN
    assert [shown.from_bot for shown in talk.world.visible(talk.chat)] == [False]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"update_id": 1, "message": 3}'])
async def test_what_is_no_update_is_taken_and_dropped(client: httpx.AsyncClient, body: bytes):
    """Refused, it would be delivered again for ever, before everything else."""
    answer = await client.post("/", content=body, headers={SECRET_HEADER: SECRET})

    assert answer.status_code == httpx.codes.OK


async def test_of_a_body_too_large_nothing_is_kept(client: httpx.AsyncClient):
    body = b"x" * (LIMIT_BYTES + 1)

    known = await client.post("/", content=body, headers={SECRET_HEADER: SECRET})
    assert known.status_code == httpx.codes.OK
    assert (await client.post("/", content=body)).status_code == httpx.codes.FORBIDDEN


async def test_what_cannot_be_kept_now_is_delivered_again(
    talk: Talk, client: httpx.AsyncClient, desk: Desk, installed: Installed, tmp_path: Path
):
    update = an_update(talk)
    headers = {SECRET_HEADER: SECRET}

    async with without_database(talk, tmp_path) as away:
        assert (await away.post("/", json=update, headers=headers)).status_code == 500
    talk.world.break_down(1)
    assert (await client.post("/", json=update, headers=headers)).status_code == 200
    await talk.quiet()
    assert any("bien arrivé" in text for text in talk.screen())
    member = await a_member(desk, installed.recovery, "douaisis")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1


async def test_polling_waits_for_a_messenger_that_is_away(talk: Talk):
    talk.world.write(talk.chat, "/start")
    talk.world.break_down(2)
    await talk.answers()

    assert len([shown for shown in talk.world.visible(talk.chat) if shown.from_bot]) >= 2
    assert talk.paused != []


async def test_updates_of_groups_are_left_alone(talk: Talk):
    await talk.write("/start")
    update = an_update(talk)
    update["message"]["chat"] = {"id": -100, "type": "supergroup", "title": "groupe"}  # type: ignore[index]
    before = len(talk.world.calls)
    await handle(talk.feed, update)

    assert len(talk.world.calls) == before


async def handle(feed: Feed, update: dict[str, object]) -> None:
    read = read_update(update)
    assert read is not None
    assert await feed.handle(read)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_the_real_process_answers_by_webhook_and_its_log_names_nobody(
    database, tmp_path: Path, valkey_url: str
):
    settings = load_settings(data=tmp_path, database_url=database.url)
    await run_install(settings)
    log = tmp_path / "serve.log"
    async with telegram() as server:
        with listening_socket() as listener, log.open("wb") as stream:
            fd, port = listener.fileno(), listener.getsockname()[1]
            environment = {
                "POINT_ECOUTE_DATA": str(tmp_path),
                "POINT_ECOUTE_DATABASE_URL": database.url,
                "POINT_ECOUTE_REDIS_URL": valkey_url,
                "POINT_ECOUTE_PUBLIC_URL": f"http://127.0.0.1:{port}",
                "POINT_ECOUTE_BOT_TOKEN": TOKEN,
                "POINT_ECOUTE_BOT_API_URL": server.url,
                "POINT_ECOUTE_BOT_WEBHOOK_SECRET": secrets.token_urlsafe(32),
            }
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "cli", "serve", "--fd", str(fd),
                env=os.environ | environment, pass_fds=[fd], stdout=stream, stderr=stream,
            )  # fmt: skip
            world = server.world
            await world.until(lambda: world.webhook is not None)
            world.write(CHILD, IN_DANGER, first_name="Prénomcanari", username="pseudocanari")
            world.send_media(CHILD, "photo", caption="légendecanari")
            await world.until(lambda: any("automatique" in m.text for m in world.visible(CHILD)))
            await world.until(lambda: world.waiting() == 0)
            process.terminate()
            await process.wait()

    told = b"".join(path.read_bytes() for path in text_files(tmp_path))
    for canary in (str(CHILD), "Prénomcanari", "pseudocanari", "légendecanari", IN_DANGER, TOKEN):
        assert canary.encode() not in told
    assert b"signal.received" in log.read_bytes()
    assert world.refused == []


async def test_a_restart_forgets_nothing_that_matters(talk: Talk, desk: Desk, installed: Installed):
    """The memory of the process is gone: the conversation, its language and hours are not."""
    await talk.write("/start")
    await talk.press("🌐 Autre langue")
    await talk.press("English")
    await talk.write(SMS)
    await talk.door.store.close()
    answers = await talk.write("/aide")

    assert "Your messages go to a small team" in answers[0]
    member = await a_member(desk, installed.recovery, "douaisis")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1


async def test_asking_again_confirms_only_what_was_handled(talk: Talk):
    talk.world.write(talk.chat, SMS)
    offset = await take_updates(talk.feed, None, wait_seconds=0)

    assert talk.world.waiting() == 1
    await take_updates(talk.feed, offset, wait_seconds=0)
    assert talk.world.waiting() == 0


async def test_a_refused_token_ends_the_command_with_a_sentence(tmp_path: Path):
    settings = load_settings(data=tmp_path)
    await run_install(settings)
    async with telegram() as server:
        environment = {
            "POINT_ECOUTE_DATA": str(tmp_path),
            "POINT_ECOUTE_BOT_TOKEN": "1000000001:un-autre-jeton",
            "POINT_ECOUTE_BOT_API_URL": server.url,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli", "bot",
            env=os.environ | environment, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, told = await process.communicate()

    assert process.returncode == 2
    assert "POINT_ECOUTE_BOT_TOKEN: refused" in told.decode().splitlines()[-1]
    assert "un-autre-jeton" not in told.decode()

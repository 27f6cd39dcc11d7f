"""`point-ecoute serve`: the public site, the duty console, or both."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
)
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from cli.internal import InternalHost, InternalPort, internal_pages
from cli.listen import inherited, listen
from cli.options import Data, Host, Port
from cli.parts import Parts, build_parts, right_time
from cli.preconditions import refuse_unready
from cli.sentences import say
from cli.worker import CONSOLE_PATH, open_reach, watching, working_beside
from dispatch.former_teams import tell_of_former_teams
from dispatch.policies import register_policy
from intake.rate_limits import RateLimits
from records.sessions import SessionVault
from runtime.circuit import open_circuit
from runtime.errors import ServiceError, SettingsError
from runtime.guard import guard_process
from runtime.live import open_live
from runtime.log import configure_logs
from runtime.settings import PREFIX, Settings, load_settings
from runtime.volatile import VolatileStore, open_volatile_store

SENDER_SESSION_SECONDS = 30 * 60
STAFF_SESSION_SECONDS = 2 * 60 * 60
_DOOR = f"{PREFIX}DOOR"
_BESIDE = f"{PREFIX}BESIDE"
_INTERNAL = f"{PREFIX}INTERNAL"


class Door(StrEnum):
    BOTH = "both"
    PUBLIC = "public"
    CONSOLE = "console"


class Beside(StrEnum):
    """What a web process does beside its pages: look after the workers, or work itself."""

    WATCH = "watch"
    WORK = "work"
    NOTHING = "nothing"


def serve(
    data: Data = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    door: Annotated[
        Door, typer.Option(help="Which pages: the public site at /, the console at /equipe/.")
    ] = Door.BOTH,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; more than one needs Redis.")
    ] = 1,
    forwarded_allow_ips: Annotated[
        str, typer.Option(help="Proxies whose X-Forwarded-For is believed.")
    ] = "127.0.0.1",
    worker: Annotated[
        bool, typer.Option("--worker", help="Work in this process too: for one machine.")
    ] = False,
    internal_port: InternalPort = None,
    internal_host: InternalHost = "127.0.0.1",
    fd: Annotated[
        int | None,
        typer.Option(help="Listen on this inherited socket: a restart then refuses nobody."),
    ] = None,
) -> None:
    """Serve the pages until stopped."""
    settings = load_settings(data=data)
    if workers > 1 and settings.redis is None:
        raise SettingsError(
            [f"{PREFIX}REDIS_URL: {workers} processes share sessions and limits through Redis"]
        )
    if workers > 1 and (worker or internal_port is not None):
        raise SettingsError(["--workers: --worker and --internal-port are for one process"])
    asyncio.run(refuse_unready(settings))
    if internal_port:
        listen(internal_host, internal_port).close()
    # The processes build their own parts; what was given here reaches them by the environment.
    os.environ[f"{PREFIX}DATA"] = str(settings.data)
    os.environ[_DOOR] = door.value
    os.environ[_BESIDE] = Beside.WORK if worker else Beside.WATCH
    if internal_port is not None:
        os.environ[_INTERNAL] = f"{internal_host}:{internal_port}"
    listener = inherited(fd) if fd is not None else listen(host, port)
    uvicorn.run(
        "cli.serve:build_app",
        factory=True,
        fd=listener.detach(),
        workers=workers,
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=forwarded_allow_ips,
        timeout_graceful_shutdown=5,
    )


def build_app() -> Starlette:
    """The application of one process, from the environment."""
    guard_process()
    configure_logs()
    door = Door(os.environ.get(_DOOR, Door.BOTH))
    beside = Beside(os.environ.get(_BESIDE, Beside.WATCH))
    return make_app(load_settings(), door=door, beside=beside)


def make_app(
    settings: Settings,
    *,
    door: Door = Door.BOTH,
    beside: Beside = Beside.NOTHING,
    parts: Parts | None = None,
    more: Sequence[BaseRoute] = (),
) -> Starlette:
    """Both doors side by side; neither knows the other. `more` stands before the public site."""
    # The pages take half a second: a command that serves none does not pay for them.
    import console.app  # noqa: PLC0415
    import intake.web.app  # noqa: PLC0415

    parts = parts or build_parts(settings)
    circuit = open_circuit(settings.redis)
    store: VolatileStore = open_volatile_store(circuit)
    # In one process limits and sessions do not share room: a flood must not sign staff out.
    counters = open_volatile_store(circuit)
    live = open_live(circuit)
    parts = replace(parts, reception=replace(parts.reception, tell=live.tell))
    limits = RateLimits(counters, parts.records.keys.pepper.now)
    mounts: list[BaseRoute] = [*more]
    meanwhile: AbstractAsyncContextManager[None] = nullcontext()
    if door is not Door.PUBLIC:
        staff_vault = SessionVault(store, "staff", STAFF_SESSION_SECONDS)
        staff: ASGIApp = console.app.create_app(
            desk=parts.desk, vault=staff_vault, limits=limits, settings=settings, live=live
        )
        # The public site would answer for the address without its last slash.
        mounts.append(Route(CONSOLE_PATH, RedirectResponse(f"{CONSOLE_PATH}/")))
        mounts.append(Mount(CONSOLE_PATH, app=staff))
    if door is not Door.CONSOLE:
        sender_vault = SessionVault(store, "sender", SENDER_SESSION_SECONDS)
        public: ASGIApp = intake.web.app.create_app(
            reception=parts.reception, limits=limits, vault=sender_vault, settings=settings
        )
        if settings.webhook_secret is not None:
            # aiogram takes seconds and a hundred megabytes: only who speaks with Telegram pays.
            from cli.telegram import take_webhooks  # noqa: PLC0415

            webhook, meanwhile = take_webhooks(settings, parts, counters)
            mounts.append(webhook)
        mounts.append(Mount("/", app=public))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as closing:
            for one in (parts.records, counters, store, live):
                closing.push_async_callback(one.close)
            async with meanwhile, _said(_running(parts, beside)):
                yield

    return Starlette(routes=mounts, lifespan=lifespan)


@asynccontextmanager
async def _said(running: AbstractAsyncContextManager[None]) -> AsyncIterator[None]:
    """The server's own line would say that starting failed, and not why."""
    try:
        async with running:
            yield
    except ServiceError as error:
        say(error)
        raise


@asynccontextmanager
async def _running(parts: Parts, beside: Beside) -> AsyncIterator[None]:
    await parts.reception.team_keys()
    await register_policy(parts.desk)
    await tell_of_former_teams(parts.desk)
    async with (
        right_time(parts.desk.clock),
        _beside(beside, parts, parts.settings),
        _internal(parts),
    ):
        yield


@asynccontextmanager
async def _beside(what: Beside, parts: Parts, settings: Settings) -> AsyncIterator[None]:
    if what is Beside.NOTHING:
        yield
        return
    begin = working_beside if what is Beside.WORK else watching
    async with open_reach(settings) as reach, begin(parts.desk, reach):
        yield


@asynccontextmanager
async def _internal(parts: Parts) -> AsyncIterator[None]:
    host, _, port = os.environ.get(_INTERNAL, "").rpartition(":")
    async with internal_pages(parts.desk, host, int(port) if port else None):
        yield

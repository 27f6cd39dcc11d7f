"""`point-ecoute demo`: everything on one machine with invented signals, in one command."""

import asyncio
import importlib
import logging
import os
import shutil
import socket
import tomllib
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from pydantic import SecretStr
from starlette.routing import Mount

from botapi.chat_page import chat_page_routes
from botapi.server import create_server
from botapi.world import World
from cli.install import run_install, show_recovery
from cli.listen import listen
from cli.options import Port
from cli.parts import Parts, build_parts, open_parts
from cli.preconditions import mark_key_file
from cli.serve import Beside, make_app
from cli.worker import CONSOLE_PATH
from dispatch.desk import Desk, SignedIn
from dispatch.hand_over import close
from dispatch.listening_point import load_listening_point
from dispatch.members import NewMember, add_member
from dispatch.open_signal import open_signal
from dispatch.queue import claim
from dispatch.replies import add_note, reply
from dispatch.routing import SUPERVISION
from dispatch.sign_in import sign_in
from intake.add_message import add_message
from intake.drafts import AgeBand, SignalDraft
from intake.receive import Received, receive_signal
from intake.reception import Reception
from records import migrate as migrations
from records.sealing import SecretKey
from records.tables import Outcome, Role
from runtime.clock import utc_now
from runtime.errors import SettingsError
from runtime.log import configure_logs
from runtime.settings import Settings, load_settings
from runtime.volatile import MemoryStore
from triage.vocabulary import Author

PASSWORD = "point-ecoute-demo"  # noqa: S105  printed at every start, for invented signals only
DOMAIN = "demo.invalid"
_MARK = "demo"
# Of a bot that exists in the demonstration only.
TOKEN = "1000000001:demonstration-demonstration-demo-000"  # noqa: S105
BOT_API_PATH = "/bot-api"
CHAT_PATH = "/essayer-le-bot"


def demo(
    port: Port = 8000,
    data: Annotated[Path, typer.Option(help="Folder of the demonstration.")] = Path(".demo"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    reset: Annotated[
        bool, typer.Option("--reset", help="Erase the demonstration's data first.")
    ] = False,
) -> None:
    """Serve a demonstration with invented signals: no server, no set-up; Ctrl-C stops it.

    A second start keeps the data.
    """
    configure_logs(least=logging.WARNING)
    settings = load_settings(data=data, public_url=f"http://{host}:{port}")
    listener = listen(host, port)
    if reset:
        _erase(data)
    if not (data / _MARK).exists():
        _prepare(settings)
    asyncio.run(migrations.migrate(settings.database))
    asyncio.run(mark_key_file(settings))
    parts = build_parts(settings)
    world = World(TOKEN)
    routes = [Mount(BOT_API_PATH, app=create_server(world)), *chat_page_routes(world, CHAT_PATH)]
    config = uvicorn.Config(
        make_app(settings, parts=parts, more=routes, beside=Beside.WORK),
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    try:
        _DemoServer(config, settings, parts).run(sockets=[listener])
    except KeyboardInterrupt:
        typer.echo("Stopped. The data is kept.")


class _DemoServer(uvicorn.Server):
    """Tells the addresses once they answer, not before; the bot runs beside, as it would alone."""

    def __init__(self, config: uvicorn.Config, settings: Settings, parts: Parts) -> None:
        super().__init__(config)
        self._settings, self._parts = settings, parts
        self._bot: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _tell(self._settings)
            self._bot = asyncio.create_task(self._run_bot())

    async def _run_bot(self) -> None:
        """The bot itself, by long polling over the loopback: only its messenger is a stand-in."""
        # In a thread: the pages answer meanwhile.
        telegram = await asyncio.to_thread(importlib.import_module, "cli.telegram")
        to_itself = self._settings.model_copy(
            update={
                "bot_token": SecretStr(TOKEN),
                "bot_api_url": f"{self._settings.public_url}{BOT_API_PATH}",
            }
        )
        await telegram.run_polling(telegram.build_telegram(to_itself, self._parts, MemoryStore()))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._bot is not None:
            self._bot.cancel()
            await asyncio.gather(self._bot, return_exceptions=True)
        await super().shutdown(sockets)


def accounts(teams: Iterable[str]) -> list[tuple[str, str, Role, tuple[str, ...]]]:
    """(address, name, role, teams) of the demonstration's members."""
    duty = [(f"{code}@{DOMAIN}", f"Écoute {code}", Role.DUTY, (code,)) for code in teams]
    return [
        *duty,
        (f"cadre@{DOMAIN}", "Cadre de permanence", Role.SUPERVISOR, (SUPERVISION,)),
        (f"admin@{DOMAIN}", "Administration", Role.ADMINISTRATOR, ()),
    ]


def _erase(data: Path) -> None:
    """Only what a demonstration made is erased: a mistyped folder loses nothing."""
    if data.exists() and any(data.iterdir()) and not (data / _MARK).exists():
        raise SettingsError([f"{data}: not a demonstration's folder; nothing was erased"])
    shutil.rmtree(data, ignore_errors=True)


def _prepare(settings: Settings) -> None:
    """Make the demonstration beside its place and move it there whole: no half-made one stays."""
    if settings.data.exists() and any(settings.data.iterdir()):
        raise SettingsError([f"{settings.data}: not empty and not a demonstration's folder"])
    building = settings.data.with_name(f"{settings.data.name}.{os.getpid()}.new")
    shutil.rmtree(building, ignore_errors=True)
    try:
        recovery = asyncio.run(_fill(settings.model_copy(update={"data": building})))
        (building / _MARK).write_text("made by `point-ecoute demo`; safe to erase\n", "utf-8")
        if settings.data.exists():
            settings.data.rmdir()
        building.rename(settings.data)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    typer.echo(f"Recovery key of this demonstration, shown once: {show_recovery(recovery)}")


async def _fill(settings: Settings) -> SecretKey:
    recovery = await run_install(settings)
    async with open_parts(settings) as parts:
        readers = {}
        for email, name, role, teams in accounts(team.code for team in parts.point.teams):
            new = NewMember(name, email, role, teams, PASSWORD)
            await add_member(new, parts.desk, by=recovery)
            if role is Role.DUTY:
                readers[teams[0]] = await sign_in(email, PASSWORD, parts.desk)
        file = parts.point.folder / "demo.toml"
        for told in tomllib.loads(file.read_text("utf-8"))["signal"]:
            await _play(told, parts, readers, now=utc_now())
    return recovery


async def _play(
    told: dict[str, Any], parts: Parts, readers: dict[str, SignedIn], *, now: datetime
) -> None:
    """Live one invented signal through the use cases, at the times it tells."""

    def clock_at(hours_ago: float) -> datetime:
        return now - timedelta(hours=hours_ago)

    reception, _ = _at(parts, clock_at(told["received_hours_ago"]))
    received = await receive_signal(_draft(told, told["text"]), reception)
    steps = told.get("step", [])
    if not steps:
        return
    ref, team = await _where(received, parts)
    for step in steps:
        at = clock_at(step["hours_ago"])
        await _step(step, told, ref, readers[team], received, _at(parts, at))


def _at(parts: Parts, moment: datetime) -> tuple[Reception, Desk]:
    """The tools with their clock at `moment`."""
    old = parts.reception

    def clock() -> datetime:
        return moment

    return (
        Reception(old.records, old.rulebook, old.gazetteer, old.point, clock),
        Desk(parts.records, parts.point, clock),
    )


async def _where(received: Received, parts: Parts) -> tuple[str, str]:
    """Its reference, and the team that it went to."""
    async with parts.records.reading() as tx:
        signal = await tx.signals.by_id(received.access.signal_id)
    if signal is None:
        raise LookupError("a signal just received is gone")
    return signal.ref, signal.team


async def _step(
    step: dict[str, Any],
    told: dict[str, Any],
    ref: str,
    member: SignedIn,
    received: Received,
    tools: tuple[Reception, Desk],
) -> None:
    reception, desk = tools
    key = str(uuid.uuid4())
    match step["kind"]:
        case "claim":
            await claim(ref, member, desk)
        case "reply":
            await open_signal(ref, member, desk)
            await reply(ref, step["text"], member, desk, idempotency_key=key)
        case "note":
            await add_note(ref, step["text"], member, desk, idempotency_key=key)
        case "sender":
            await add_message(received.access, _draft(told, step["text"]), reception)
        case "close":
            await open_signal(ref, member, desk)
            await close(ref, member, desk, outcome=Outcome(step["outcome"]))
        case other:
            raise SettingsError([f"demo.toml: step kind {other}: unknown"])


def _draft(told: dict[str, Any], text: str) -> SignalDraft:
    return SignalDraft(
        text=text,
        idempotency_key=str(uuid.uuid4()),
        author=Author(told["author"]),
        commune=told.get("commune"),
        postal_code=told.get("postal_code"),
        age=AgeBand.of(told["age"]) if "age" in told else None,
    )


def _tell(settings: Settings) -> None:
    point_url = settings.public_url
    typer.echo(f"\nPublic site    {point_url}/")
    typer.echo(f"Duty console   {point_url}{CONSOLE_PATH}/")
    typer.echo(f"Try the bot    {point_url}{CHAT_PATH}\n")
    typer.echo(f"Sign in with one of these, password {PASSWORD}:")
    point = load_listening_point(settings.listening_point)
    for email, name, _role, _teams in accounts(team.code for team in point.teams):
        typer.echo(f"  {email:38} {name}")
    typer.echo("\nEvery signal is invented. Ctrl-C stops.\n")

"""`point-ecoute worker`: what falls due is told, whoever is away; any number may run."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from cli.internal import InternalHost, InternalPort, internal_pages
from cli.options import Data
from cli.parts import open_desk
from cli.preconditions import half_set_up, refuse_unready
from dispatch.channels.base import AlertChannel
from dispatch.channels.email import EmailChannel
from dispatch.channels.webhook import WebhookChannel
from dispatch.desk import Desk
from dispatch.scheduler import work_until
from dispatch.worker import SILENT_LOOKS, WATCH_EVERY, Reach, Worker, is_silent, watch
from records.tables import Channel
from runtime.errors import SettingsError
from runtime.log import configure_logs
from runtime.settings import Settings, load_settings

CONSOLE_PATH = "/equipe"


def worker(
    data: Data = None,
    internal_port: InternalPort = None,
    internal_host: InternalHost = "127.0.0.1",
) -> None:
    """Tell who is to be told of what falls due, until stopped.

    By e-mail with POINT_ECOUTE_SMTP_URL and _MAIL_FROM, by text message with
    POINT_ECOUTE_SMS_WEBHOOK_URL and _SMS_WEBHOOK_SECRET; in the console always.
    """
    configure_logs()
    asyncio.run(_run(load_settings(data=data), internal_host, internal_port))


async def _run(settings: Settings, host: str, port: int | None) -> None:
    await refuse_unready(settings)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with (
        open_desk(settings) as desk,
        open_reach(settings) as reach,
        internal_pages(desk, host, port),
    ):
        await work_until(stopped, Worker(desk, reach))


def make_reach(settings: Settings) -> Reach:
    """The channels that are set up; SettingsError for one that is half set up."""
    if problems := half_set_up(settings):
        raise SettingsError(problems)
    senders: list[AlertChannel] = []
    if settings.smtp_url is not None and settings.mail_from is not None:
        senders.append(EmailChannel(settings.smtp_url.get_secret_value(), settings.mail_from))
    if settings.sms_webhook_url is not None and settings.sms_webhook_secret is not None:
        secret = settings.sms_webhook_secret.get_secret_value()
        senders.append(WebhookChannel(settings.sms_webhook_url, secret))
    return Reach(tuple(senders), console_url(settings))


def ways_set_up(settings: Settings) -> frozenset[Channel]:
    """By which ways a worker tells staff, beside the console and Telegram."""
    ways = {Channel.EMAIL: settings.smtp_url, Channel.SMS: settings.sms_webhook_url}
    return frozenset(channel for channel, address in ways.items() if address is not None)


def console_url(settings: Settings) -> str:
    """Where a notification sends staff; the console may have a name of its own."""
    return (settings.console_url or f"{settings.public_url}{CONSOLE_PATH}").rstrip("/")


@asynccontextmanager
async def open_reach(settings: Settings) -> AsyncIterator[Reach]:
    reach = make_reach(settings)
    try:
        yield reach
    finally:
        await reach.close()


@asynccontextmanager
async def working_beside(desk: Desk, reach: Reach) -> AsyncIterator[None]:
    """A worker in this process, for one machine with one command."""
    stopped = asyncio.Event()
    task = asyncio.create_task(work_until(stopped, Worker(desk, reach)))
    try:
        yield
    finally:
        stopped.set()
        await task


@asynccontextmanager
async def watching(desk: Desk, reach: Reach) -> AsyncIterator[None]:
    """Look after the workers as long as the web process runs, and stand in where all are away."""
    task = asyncio.create_task(_watch_forever(Worker(desk, reach)))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch_forever(standby: Worker) -> None:
    since, looks = standby.desk.clock(), 0

    async def look() -> None:
        nonlocal looks
        looks = looks + 1 if await is_silent(standby.desk, since=since) else 0
        if looks >= SILENT_LOOKS:
            await watch(standby, since=since)

    while True:
        await asyncio.sleep(WATCH_EVERY.total_seconds())
        await standby.guard(look)

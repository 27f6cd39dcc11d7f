"""`point-ecoute bot`: the Telegram door, by long polling."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import replace

from cli.internal import InternalHost, InternalPort, internal_pages
from cli.options import Data
from cli.parts import open_parts
from cli.preconditions import bot_needs, refuse_unready
from runtime.circuit import open_circuit
from runtime.live import open_live
from runtime.log import configure_logs
from runtime.settings import Settings, load_settings
from runtime.volatile import open_volatile_store


def bot(
    data: Data = None,
    internal_port: InternalPort = None,
    internal_host: InternalHost = "127.0.0.1",
) -> None:
    """Answer on Telegram by long polling, until stopped.

    Needs POINT_ECOUTE_BOT_TOKEN; POINT_ECOUTE_BOT_API_URL names another Bot API server. With
    POINT_ECOUTE_BOT_WEBHOOK_SECRET set, `serve` takes the bot in by webhook instead.
    """
    configure_logs()
    settings = load_settings(data=data)
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(settings, internal_host, internal_port))


async def _run(settings: Settings, host: str, port: int | None) -> None:
    # aiogram takes seconds and a hundred megabytes: no other command has to pay for it.
    from cli.telegram import build_telegram, run_polling  # noqa: PLC0415

    await refuse_unready(settings, *bot_needs(settings))
    async with open_parts(settings) as parts, internal_pages(parts.desk, host, port):
        circuit = open_circuit(settings.redis)
        store, live = open_volatile_store(circuit), open_live(circuit)
        telling = replace(parts, reception=replace(parts.reception, tell=live.tell))
        running = asyncio.create_task(run_polling(build_telegram(settings, telling, store)))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, running.cancel)
        try:
            with suppress(asyncio.CancelledError):
                await running
        finally:
            await live.close()
            await store.close()

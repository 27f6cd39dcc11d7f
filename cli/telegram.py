"""Build the bot's part of a process, for `bot`, `serve` and `demo`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from starlette.routing import Mount

from bot.app import build_dispatcher
from bot.delivery import deliver_forever, tell_staff_forever
from bot.door import BotDoor
from bot.feed import Feed
from bot.lanes import Lanes, Pause
from bot.pace import Pace
from bot.polling import poll_forever
from bot.present import present, use_polling, use_webhook
from bot.staff_channel import TelegramChannel
from bot.telegram import TelegramAPIError, TelegramUnauthorizedError, connect
from bot.webhook import webhook_app
from cli.parts import Parts
from cli.worker import console_url, ways_set_up
from dispatch.deliveries import take_back
from intake.rate_limits import RateLimits
from records.chat_keys import bot_key
from runtime.errors import SettingsError
from runtime.log import log
from runtime.settings import PREFIX, Settings
from runtime.volatile import VolatileStore

# It says nothing of a bot; what proves the messenger is the secret, not the path.
WEBHOOK_PATH: Final = "/m"
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 15.0


@dataclass(frozen=True, slots=True)
class Telegram:
    feed: Feed
    door: BotDoor


def build_telegram(
    settings: Settings, parts: Parts, store: VolatileStore, *, pause: Pause = asyncio.sleep
) -> Telegram:
    """Raise SettingsError where there is no token."""
    if settings.bot_token is None:
        raise SettingsError([f"{PREFIX}BOT_TOKEN: is needed; @BotFather gives one"])
    token = settings.bot_token.get_secret_value()
    limits = RateLimits(store, parts.records.keys.pepper.now)
    door = BotDoor(
        parts.reception,
        parts.desk,
        limits,
        store,
        bot_key(token),
        settings.public_url,
        pause,
        console_url(settings),
        Lanes(pause=pause),
        other_ways=ways_set_up(settings),
    )
    bot = connect(token, settings.bot_api_url)
    return Telegram(Feed(bot, build_dispatcher(door), door), door)


async def run_polling(telegram: Telegram) -> None:
    """Poll and deliver until cancelled."""
    feed, door = telegram.feed, telegram.door
    await door.reception.team_keys()
    try:
        # The messenger allows one poller: whoever held deliveries of this bot is gone.
        await take_back(door.key.name, door.desk)
        await _settle(lambda: use_polling(feed.bot), door)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(deliver_forever(feed.bot, door))
            tasks.create_task(tell_staff_forever(feed.bot, door))
            tasks.create_task(poll_forever(feed, door))
            tasks.create_task(present(feed.bot, door.web, door.pause))
    finally:
        await feed.close()


async def _settle(act: Callable[[], Awaitable[None]], door: BotDoor) -> None:
    """Say how updates are to come, however long the messenger is away.

    Raises SettingsError where the token is refused: at the start that is an operator's mistake;
    later it is waited for, as everything else is.
    """
    pause = _FIRST_PAUSE
    while True:
        try:
            await act()
        except TelegramUnauthorizedError:
            log.error("telegram.token_refused")
            raise SettingsError([f"{PREFIX}BOT_TOKEN: refused by the Bot API"]) from None
        except TelegramAPIError as error:
            log.warning("telegram.away", error=type(error).__name__)
            await door.pause(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        else:
            return


def take_webhooks(
    settings: Settings, parts: Parts, store: VolatileStore
) -> tuple[Mount, AbstractAsyncContextManager[None]]:
    """Where the messenger calls, and what has to run meanwhile."""
    telegram = build_telegram(settings, parts, store)
    secret = settings.webhook_secret
    if secret is None:
        raise SettingsError([f"{PREFIX}BOT_WEBHOOK_SECRET: is needed"])
    url = f"{settings.public_url.rstrip('/')}{WEBHOOK_PATH}/"
    mount = Mount(WEBHOOK_PATH, app=webhook_app(telegram.feed, secret))
    return mount, _taking_webhooks(telegram, url, secret)


@asynccontextmanager
async def _taking_webhooks(telegram: Telegram, url: str, secret: str) -> AsyncIterator[None]:
    """Ask the messenger to call `url`, and deliver, as long as the web process runs.

    The public site must not wait for the messenger, nor fall with it.
    """
    feed, door = telegram.feed, telegram.door
    tasks = [
        asyncio.create_task(deliver_forever(feed.bot, door)),
        asyncio.create_task(tell_staff_forever(feed.bot, door)),
        asyncio.create_task(_settle(lambda: use_webhook(feed.bot, url, secret), door)),
        asyncio.create_task(present(feed.bot, door.web, door.pause)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            # A refused token was said in the log; the public site goes on without the bot.
            with suppress(asyncio.CancelledError, SettingsError):
                await task
        await feed.close()


@asynccontextmanager
async def open_staff_channel(settings: Settings) -> AsyncIterator[TelegramChannel]:
    """Staff's own Telegram, to try it. Raise SettingsError where there is no token."""
    if settings.bot_token is None:
        raise SettingsError([f"{PREFIX}BOT_TOKEN: is needed; @BotFather gives one"])
    bot = connect(settings.bot_token.get_secret_value(), settings.bot_api_url)
    try:
        yield TelegramChannel(bot, Pace())
    finally:
        await bot.session.close()

"""Tell the messenger what the bot is: its commands and its short description, per language."""

from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bot.commands import commands_in
from bot.lanes import Pause
from bot.telegram import ALLOWED_UPDATES
from runtime.i18n import REFERENCE, languages, load_texts
from runtime.log import log

_AGAIN_AFTER: Final = 600.0
_TRIES: Final = 100


async def present(bot: Bot, web: str, pause: Pause) -> None:
    """Nothing waits for it: where it fails, the bot answers all the same, and it is tried again."""
    for _ in range(_TRIES):
        try:
            for language in languages():
                await _present_in(language, bot, web)
        except TelegramAPIError as error:
            log.warning("telegram.not_presented", error=type(error).__name__)
            await pause(_AGAIN_AFTER)
        else:
            return


async def _present_in(language: str, bot: Bot, web: str) -> None:
    code = None if language == REFERENCE else language
    texts = load_texts(language)
    about = texts("bot.about")
    await bot.set_my_commands(commands_in(language), language_code=code)
    await bot.set_my_short_description(about, language_code=code)
    await bot.set_my_description(f"{about}\n{texts('bot.about.web', web=web)}", language_code=code)


async def use_polling(bot: Bot) -> None:
    await bot.delete_webhook()


async def use_webhook(bot: Bot, url: str, secret: str) -> None:
    await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)

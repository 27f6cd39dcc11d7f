"""Tell the messenger what the bot is: its commands and its short description, per language."""

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bot.commands import commands_in
from bot.telegram import ALLOWED_UPDATES
from runtime.i18n import REFERENCE, languages, load_texts
from runtime.log import log


async def present(bot: Bot, web: str) -> None:
    """Nothing depends on it: where it fails, the bot answers all the same."""
    try:
        for language in languages():
            code = None if language == REFERENCE else language
            texts = load_texts(language)
            about = texts("bot.about")
            await bot.set_my_commands(commands_in(language), language_code=code)
            await bot.set_my_short_description(about, language_code=code)
            await bot.set_my_description(
                f"{about}\n{texts('bot.about.web', web=web)}", language_code=code
            )
    except TelegramAPIError as error:
        log.warning("telegram.not_presented", error=type(error).__name__)


async def use_polling(bot: Bot) -> None:
    await bot.delete_webhook()


async def use_webhook(bot: Bot, url: str, secret: str) -> None:
    await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)

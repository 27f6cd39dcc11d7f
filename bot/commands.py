"""Commands: what the menu of the chat shows, and how one is told from a message."""

import re
from typing import Final

from aiogram import F
from aiogram.types import BotCommand
from magic_filter import MagicFilter

from runtime.i18n import load_texts

COMMANDS: Final = ("urgence", "lire", "code", "discretion", "effacer", "aide", "langue")
# With words behind it, it is a message: « /urgence il est là » must not lose its words.
LONE: Final = F.text.regexp(re.compile(r"/\w+(@\w+)?\s*"), mode="fullmatch")


def command(*names: str) -> MagicFilter:
    """A command by one of its names, and nothing else in the message."""
    return F.text.regexp(
        re.compile(rf"/({'|'.join(names)})(@\w+)?\s*", re.IGNORECASE), mode="fullmatch"
    )


def commands_in(language: str) -> list[BotCommand]:
    texts = load_texts(language)
    return [BotCommand(command=name, description=texts(f"bot.command.{name}")) for name in COMMANDS]

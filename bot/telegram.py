"""The client of the Bot API: any server of it, and nothing but cut-down answers."""

from typing import Final

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError

from bot.border import read_answer

__all__ = ["ALLOWED_UPDATES", "TelegramAPIError", "TelegramUnauthorizedError", "connect"]

ALLOWED_UPDATES: Final = ["message", "edited_message", "callback_query", "my_chat_member"]


def connect(token: str, api_url: str) -> Bot:
    """A bot that speaks to the Bot API at `api_url`; raises ValueError for no token's shape."""
    server = TelegramAPIServer.from_base(api_url.rstrip("/"))
    session = AiohttpSession(api=server, json_loads=read_answer)
    return Bot(token, session=session)

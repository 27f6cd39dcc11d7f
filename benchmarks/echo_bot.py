"""The floor for the bot: an aiogram bot that answers every message with itself, by webhook."""

import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def echo(message: Message, bot: Bot) -> None:
    await bot.send_message(message.chat.id, message.text or "-")


def build_app() -> Starlette:
    server = TelegramAPIServer.from_base(os.environ["POINT_ECOUTE_BOT_API_URL"])
    bot = Bot(os.environ["POINT_ECOUTE_BOT_TOKEN"], session=AiohttpSession(api=server))
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.message.register(echo)

    async def take(request: Request) -> Response:
        await dispatcher.feed_raw_update(bot, await request.json())
        return PlainTextResponse("")

    async def ready(_request: Request) -> Response:
        return PlainTextResponse("")

    return Starlette(routes=[Route("/m/", take, methods=["POST"]), Route("/healthz", ready)])

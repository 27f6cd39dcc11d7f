"""The dispatcher: which handler answers which update."""

from aiogram import Dispatcher

from bot.door import BotDoor
from bot.handlers import (
    blocked,
    colleague,
    discretion,
    emergency,
    erase,
    explain,
    fallback,
    language,
    media,
    place,
    question,
    replies,
    someone,
    start,
    stop,
    write,
)
from bot.turns import Turns

# Urgent help comes first, and what nothing else answers last.
HANDLERS = (
    emergency, colleague, start, replies, erase, discretion, explain, language, someone, question,
    place, stop,
    blocked, media, write, fallback,
)  # fmt: skip


def build_dispatcher(door: BotDoor) -> Dispatcher:
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.update.outer_middleware(Turns(door))
    dispatcher.include_routers(*(handler.build_router() for handler in HANDLERS))
    return dispatcher

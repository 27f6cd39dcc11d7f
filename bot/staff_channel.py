"""Tell members of staff in their own chat: an AlertChannel over the bot's connection."""

from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter

from bot.buttons import Button, Press, keyboard
from bot.pace import Pace
from dispatch.channels.base import NoAddress, Recipient, Undeliverable
from dispatch.notice_texts import Notice
from records.tables import Channel
from runtime.i18n import load_texts

_SECONDS: Final = 15


class NotYet(Exception):
    """The messenger asked to wait so many seconds; meanwhile it is not asked again."""


class TelegramChannel:
    code = Channel.TELEGRAM

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot, self._pace = bot, pace

    async def send(self, to: Recipient, notice: Notice) -> None:
        if to.chat_id is None:
            raise NoAddress
        if wait := self._pace.wait(to.chat_id):
            raise NotYet(wait)
        seen = Button(load_texts(domain="staff")("own.seen"), Press.SEEN)
        try:
            await self._bot.send_message(
                to.chat_id,
                notice.text,
                reply_markup=keyboard([[seen]]),
                protect_content=True,
                request_timeout=_SECONDS,
            )
        except (TelegramForbiddenError, TelegramBadRequest):
            raise Undeliverable from None
        except TelegramRetryAfter as asked:
            self._pace.limited(to.chat_id, asked.retry_after)
            raise NotYet(asked.retry_after) from None
        self._pace.wrote(to.chat_id)

    async def close(self) -> None:
        """The connection is the bot's own."""

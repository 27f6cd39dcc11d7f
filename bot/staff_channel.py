"""Tell members of staff in their own chat: an AlertChannel over the bot's connection."""

from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from bot.buttons import Button, Press, keyboard
from dispatch.channels.base import NoAddress, Recipient, Undeliverable
from dispatch.notice_texts import Notice
from records.tables import Channel
from runtime.i18n import load_texts

_SECONDS: Final = 15


class TelegramChannel:
    code = Channel.TELEGRAM

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, to: Recipient, notice: Notice) -> None:
        if to.chat_id is None:
            raise NoAddress
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

    async def close(self) -> None:
        """The connection is the bot's own."""

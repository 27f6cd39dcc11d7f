"""Tell members of staff in their own chat: an AlertChannel over the bot's connection."""

from typing import Final

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from bot.buttons import Button, Press, keyboard
from bot.pace import Pace
from dispatch.channels.base import ChannelDown, NoAddress, NotNow, Recipient, Undeliverable
from dispatch.notice_texts import Notice
from records.tables import Channel
from runtime.i18n import load_texts

_SECONDS: Final = 15


class TelegramChannel:
    code = Channel.TELEGRAM

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot, self._pace = bot, pace

    async def send(self, to: Recipient, notice: Notice) -> None:
        if to.chat_id is None:
            raise NoAddress
        if self._pace.wait(to.chat_id):
            raise self._limited()
        seen = Button(load_texts(domain="staff")("own.seen"), Press.SEEN)
        try:
            await self._bot.send_message(
                to.chat_id,
                notice.text,
                reply_markup=keyboard([[seen]]),
                protect_content=True,
                request_timeout=_SECONDS,
            )
        except TelegramForbiddenError:
            raise Undeliverable from None
        except TelegramBadRequest:
            raise NotNow("telegram_400") from None
        except TelegramRetryAfter as asked:
            self._pace.limited(to.chat_id, asked.retry_after)
            raise self._limited() from None
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise ChannelDown("token") from None
        except TelegramAPIError:
            raise ChannelDown("telegram") from None
        self._pace.wrote(to.chat_id)

    def _limited(self) -> NotNow | ChannelDown:
        """A limit of one chat is that member's; one of the whole bot is everybody's."""
        return ChannelDown("limited") if self._pace.is_whole else NotNow("limited")

    async def close(self) -> None:
        """The connection is the bot's own."""

"""Hand updates to the dispatcher: a failure that passes is waited for, one that stays is told."""

from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramUnauthorizedError,
)
from aiogram.types import Update

from bot.door import BotDoor
from bot.turns import private_chat_of
from bot.voice import voice_for
from intake.chats import find_chat
from intake.drafts import ReplyChat
from runtime.i18n import REFERENCE
from runtime.log import log
from triage.vocabulary import Author

# Mistakes of our own: the same update would fail again.
_OURS: Final = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError,
                NotImplementedError, TelegramBadRequest, TypeError, ValueError)  # fmt: skip
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0


class Feed:
    """One update after the other of a chat; nothing is given up because something was away."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, door: BotDoor) -> None:
        self.bot, self._dispatcher, self._door = bot, dispatcher, door

    async def handle(self, update: dict[str, Any]) -> None:
        """Handle a cut-down update; raise whatever keeps it from being handled."""
        parsed = Update.model_validate(update, context={"bot": self.bot})
        await self._dispatcher.feed_update(self.bot, parsed)

    async def handle_surely(self, update: Update) -> None:
        """Handle an update, however long the database or the messenger are away.

        One that fails by our own mistake is given up, and its sender is told that something is
        stuck. Raises TelegramUnauthorizedError: without a token nothing can be waited for.
        """
        pause, was_told = _FIRST_PAUSE, False
        while True:
            try:
                await self._dispatcher.feed_update(self.bot, update)
            except Exception as error:
                log.error("update.failed", error=type(error).__name__)
                if not was_told:
                    await self._tell_failed(update)
                    was_told = True
                if isinstance(error, TelegramUnauthorizedError):
                    raise
                if isinstance(error, _OURS):
                    return
                await self._door.pause(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return

    async def _tell_failed(self, update: Update) -> None:
        chat_id = private_chat_of(update)
        if chat_id is None:
            return
        language, author = REFERENCE, Author.UNKNOWN
        point, now = self._door.reception.point, self._door.reception.clock()
        try:
            known = await find_chat(ReplyChat(chat_id, self._door.key), self._door.reception)
            if known is not None:
                language, author = known.locale, known.author
        except Exception as error:  # noqa: BLE001  the database may be what is away
            log.warning("chat.unknown", error=type(error).__name__)
        voice = voice_for(language, author, point=point, now=now, web=self._door.web)
        try:
            await self.bot.send_message(chat_id, voice("bot.failed"))
        except TelegramAPIError as error:
            log.warning("chat.not_told", error=type(error).__name__)

"""Hand updates to the dispatcher: a failure that passes is waited for, one that stays is told."""

from collections.abc import Callable
from typing import Final

from aiogram import Bot, Dispatcher
from aiogram.types import Update

from bot.door import BotDoor
from bot.lanes import PASSES, Telling
from bot.telegram import DROPPED
from bot.turns import private_chat_of
from bot.voice import Voice, voice_for
from intake.chats import find_chat
from intake.drafts import ReplyChat
from runtime.guard import names_of, place_of
from runtime.i18n import REFERENCE
from runtime.log import log
from runtime.tally import TALLY
from triage.vocabulary import Author

# A mistake of our own would be made again; what only looks like one passes at the third time.
_TRIES: Final = 3
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0


class Feed:
    """One update after the other of a chat; nothing is given up because something was away."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, door: BotDoor) -> None:
        self.bot, self._dispatcher, self._door = bot, dispatcher, door

    async def handle(self, update: Update) -> bool:
        """Keep what an update brings; say whether that is settled. Not where something is away."""
        for tried in range(1, _TRIES + 1):
            try:
                await self._dispatcher.feed_update(self.bot, update)
            except Exception as error:  # noqa: BLE001  no update may end the bot
                _log_failure(update, error)
                if isinstance(error, PASSES):
                    return False
                if tried < _TRIES:
                    await self._door.pause(_FIRST_PAUSE)
            else:
                await self._settled(update)
                return True
        TALLY[DROPPED] += 1
        await self._tell(update, lambda voice: voice("bot.not_kept"))
        return True

    async def handle_surely(self, update: Update) -> None:
        """Handle an update, however long the database is away; its sender is told of a wait."""
        pause, was_told = _FIRST_PAUSE, False
        while not await self.handle(update):
            if not was_told:
                await self._tell(update, lambda voice: voice("bot.failed"))
                was_told = True
            await self._door.pause(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def close(self) -> None:
        await self._door.lanes.close()
        await self.bot.session.close()

    async def _settled(self, update: Update) -> None:
        """Wait for what is told at once: after a crash it is told again, with the update."""
        chat_id = private_chat_of(update)
        if chat_id is not None:
            await self._door.lanes.settled(chat_id)

    async def _tell(self, update: Update, sentence: Callable[[Voice], str]) -> None:
        chat_id = private_chat_of(update)
        if chat_id is None:
            return
        text = sentence(await self._voice(chat_id))

        async def tell() -> None:
            await self.bot.send_message(chat_id, text)
            self._door.pace.wrote(chat_id)

        self._door.lanes.put(chat_id, [Telling(tell, lambda: False)])
        await self._door.lanes.settled(chat_id)

    async def _voice(self, chat_id: int) -> Voice:
        language, author = REFERENCE, Author.UNKNOWN
        point, now = self._door.reception.point, self._door.reception.clock()
        try:
            known = await find_chat(ReplyChat(chat_id, self._door.key), self._door.reception)
            if known is not None:
                language, author = known.locale, known.author
        except Exception as error:  # noqa: BLE001  the database may be what is away
            log.warning("chat.unknown", error=names_of(error))
        return voice_for(language, author, point=point, now=now, web=self._door.web)


def _log_failure(update: Update, error: Exception) -> None:
    log.error(
        "update.failed",
        update=update.update_id,
        error=names_of(error),
        raised=place_of(error.__traceback__),
    )

"""Whoever writes: their chat, what is known of it, and how to answer there.

Handlers do the deed and note what is to be told; it is told once the deed is kept.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import LinkPreviewOptions

from bot.buttons import Button, keyboard
from bot.chat_state import ChatState, load_state
from bot.door import BotDoor
from bot.lanes import Act, Telling
from bot.voice import Voice, voice_for
from dispatch.contact_window import next_allowed
from intake.chat_traces import lookups_of
from intake.chats import KnownChat, TakenIn, find_chat, take_in
from intake.drafts import Channel, ReplyChat, SignalDraft
from records.lookups import update_key
from triage.vocabulary import Author

SEND_SECONDS = 20
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(slots=True)
class Person:
    """One chat during one update.

    `tellings` are what is to be told after the deed, and `toast` what shows over the button that
    was pressed; `said` are the ids of what the bot wrote; `erased` once nothing may be kept;
    `message_id` is that of their message until it was noted with what it says.
    """

    bot: Bot
    door: BotDoor
    chat_id: int = field(repr=False)
    update_id: int
    known: KnownChat | None
    state: ChatState
    state_before: ChatState
    tellings: list[Telling] = field(default_factory=list, repr=False)
    toast: str = field(default="", repr=False)
    said: list[int] = field(default_factory=list)
    erased: bool = False
    message_id: int | None = None

    @property
    def chat(self) -> ReplyChat:
        window = self.known.window if self.known else self.state.window
        return ReplyChat(self.chat_id, self.door.key, window, self.message_id)

    @property
    def author(self) -> Author:
        """As they chose in this chat lately, else as their conversation has it."""
        if self.state.author is Author.UNKNOWN and self.known is not None:
            return self.known.author
        return self.state.author

    @property
    def language(self) -> str:
        return self.known.locale if self.known else self.state.language

    @property
    def voice(self) -> Voice:
        now, point = self.door.reception.clock(), self.door.reception.point
        return voice_for(self.language, self.author, point=point, now=now, web=self.door.web)

    def key(self, purpose: str = "") -> str:
        """The same for the same update delivered again: what is made of it is made once."""
        pepper = self.door.reception.records.keys.pepper.now
        key = update_key(self.door.key.name, self.chat_id, self.update_id, pepper=pepper)
        return f"{key}{purpose}"

    def draft(self, text: str, *, commune: str | None = None) -> SignalDraft:
        return SignalDraft(
            text=text,
            idempotency_key=self.key(),
            author=self.author,
            commune=commune,
            locale=self.language,
            channel=Channel.TELEGRAM,
            chat=self.chat,
        )

    async def keep(
        self, text: str, *, commune: str | None = None, suspicious: bool = False
    ) -> TakenIn:
        """Keep what they wrote in their conversation, which it opens where there is none."""
        draft = self.draft(text, commune=commune)
        taken = await take_in(draft, self.door.reception, known=self.known, suspicious=suspicious)
        self.message_id = None
        return taken

    def say(
        self, text: str, rows: Sequence[Sequence[Button]] = (), *, protect: bool = True
    ) -> None:
        """Write in the chat. Numbers to call are not protected: people want to pass them on."""
        self.later(lambda: self.write(text, rows, protect=protect), counts=not protect)

    def turn(
        self,
        message_id: int | None,
        text: str,
        rows: Sequence[Sequence[Button]] = (),
        *,
        otherwise: Act | None = None,
    ) -> None:
        """Make a message of the bot into another one; where that cannot be, write it anew."""

        async def turn() -> None:
            if message_id and await self._edit(message_id, text, rows):
                return
            await (otherwise or (lambda: self.write(text, rows)))()

        self.later(turn)

    def later(self, act: Act, *, counts: bool = False) -> None:
        """To be done once what they did is kept, in this order, however long it has to wait."""
        self.tellings.append(Telling(act, self._may_come, counts))

    async def write(
        self, text: str, rows: Sequence[Sequence[Button]] = (), *, protect: bool = True
    ) -> None:
        """Write at once: for what is done later."""
        sent = await self.bot.send_message(
            self.chat_id,
            text,
            reply_markup=keyboard(rows) if rows else None,
            protect_content=protect,
            link_preview_options=_NO_PREVIEW,
            request_timeout=SEND_SECONDS,
        )
        self.door.pace.wrote(self.chat_id)
        if sent.message_id:
            self.said.append(sent.message_id)

    async def _edit(self, message_id: int, text: str, rows: Sequence[Sequence[Button]]) -> bool:
        try:
            await self.bot.edit_message_text(
                text,
                chat_id=self.chat_id,
                message_id=message_id,
                reply_markup=keyboard(rows) if rows else None,
                link_preview_options=_NO_PREVIEW,
                request_timeout=SEND_SECONDS,
            )
        except TelegramBadRequest as error:
            return "not modified" in error.message
        self.door.pace.wrote(self.chat_id)
        return True

    def _may_come(self) -> bool:
        """Whether something may come up in their chat now, long after they did something."""
        now, zone = self.door.reception.clock(), self.door.reception.point.calendar.zone
        return next_allowed(self.chat.window, now=now, zone=zone) == now


async def who_writes(
    bot: Bot, door: BotDoor, chat_id: int, update_id: int, message_id: int | None = None
) -> Person:
    chat = ReplyChat(chat_id, door.key)
    known, state = await asyncio.gather(
        find_chat(chat, door.reception), load_state(state_key(chat, door), door.store)
    )
    before = replace(state)
    return Person(bot, door, chat_id, update_id, known, state, before, message_id=message_id)


def state_key(chat: ReplyChat, door: BotDoor) -> str:
    return lookups_of(chat, door.reception)[0].hex()

"""What the messenger's cloud holds for one bot: chats, updates, and what people do in them."""

import asyncio
import math
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from botapi.payloads import CANARIES, MEDIA, person_of

Json = dict[str, Any]

UPDATES_KEPT_SECONDS: Final = 24 * 3600
DELETABLE_SECONDS: Final = 48 * 3600
CALLBACK_SECONDS: Final = 15 * 60
BOT_ID: Final = 1_000_000_001
_ALL_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True)
class Oddity:
    """An answer that is none. With `done` the method did its work all the same.

    `cut` breaks the connection off after so many bytes of the body.
    """

    status: int = 200
    body: bytes = b""
    kind: str = "text/html"
    cut: int | None = None
    done: bool = False


class Refused(Exception):
    """The server refuses a call, as Telegram does: an error code and a description."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass(slots=True)
class Shown:
    """A message as the chat shows it; `buttons` are rows of (label, data)."""

    message_id: int
    from_bot: bool
    text: str
    date: int
    buttons: list[list[tuple[str, str]]] = field(default_factory=list)
    protected: bool = False
    payload: Json = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    parameters: Json = field(repr=False)
    at: float


@dataclass(frozen=True, slots=True)
class Refusal:
    method: str
    description: str


@dataclass(slots=True)
class Webhook:
    url: str
    secret: str
    connections: int


class World:
    """In memory, for one bot; `seconds` is its clock. Not for several threads."""

    def __init__(self, token: str, seconds: Callable[[], float] = time.time) -> None:
        self.token, self._seconds, self._ahead = token, seconds, 0.0
        self.calls: list[Call] = []
        self.refused: list[Refusal] = []
        self.delivered: list[Json] = []
        self.answered_callbacks: dict[str, str] = {}
        self.canaries = CANARIES
        self.webhook: Webhook | None = None
        self.allowed: tuple[str, ...] = _ALL_UPDATES
        self.arrived = asyncio.Event()
        self.changed = asyncio.Event()
        self._chats: dict[int, dict[int, Shown]] = defaultdict(dict)
        self._people: dict[int, Json] = {}
        self._blocked: set[int] = set()
        self._callbacks: dict[str, float] = {}
        self._pending: list[tuple[float, Json]] = []
        self._next_message, self._next_update = 1, 1 + secrets.randbelow(10**8)
        self._waits: list[tuple[int, str | None]] = []
        self._breaks: list[int] = []
        self._odd: list[tuple[Oddity, str | None]] = []
        self._limits: dict[int | None, float] = {}

    def now(self) -> float:
        return self._seconds() + self._ahead

    def advance(self, **length: float) -> None:
        """Move the messenger's own clock."""
        self._ahead += sum(
            amount * {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}[unit]
            for unit, amount in length.items()
        )

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, looking after each call that the server answered."""
        while not is_so():
            self.changed.clear()
            await self.changed.wait()

    # What a person does.

    def write(self, chat_id: int, text: str, **names: str) -> int:
        """Write a message; its id. `names` may be first_name, username and language_code."""
        return self._arrive(chat_id, names, text=text)

    def send_media(
        self,
        chat_id: int,
        kind: str,
        *,
        caption: str | None = None,
        album: str | None = None,
        **names: str,
    ) -> int:
        """Send something that is not text, with ids and names that must be found nowhere."""
        more: Json = dict(MEDIA[kind])
        if caption is not None:
            more["caption"] = caption
        if album is not None:
            more["media_group_id"] = album
        return self._arrive(chat_id, names, **more)

    def edit(self, chat_id: int, message_id: int, text: str) -> int:
        """Change one's own message; the update's id."""
        shown = self._chats[chat_id][message_id]
        if shown.from_bot:
            raise LookupError("a message of the bot")
        shown.text = text
        payload = shown.payload | {"text": text, "edit_date": int(self.now())}
        return self._push("edited_message", payload)

    def press(self, chat_id: int, message_id: int, data: str) -> int:
        """Press a button that is under a message; the update's id."""
        shown = self._chats[chat_id][message_id]
        if not any(data == had for row in shown.buttons for _, had in row):
            raise LookupError("no such button there")
        return self.press_old(chat_id, message_id, data)

    def press_old(self, chat_id: int, message_id: int, data: str) -> int:
        """Press a button that an old client still shows."""
        number = f"{self._next_update}7"
        self._callbacks[number] = self.now()
        shown = self._chats[chat_id].get(message_id)
        callback = {
            "id": number,
            "from": self._people[chat_id],
            "chat_instance": "-1234",
            "data": data,
        }
        if shown is not None:
            callback["message"] = self.payload_of(chat_id, shown)
        return self._push("callback_query", callback)

    def block(self, chat_id: int) -> int:
        self._blocked.add(chat_id)
        return self._membership(chat_id, "member", "kicked")

    def unblock(self, chat_id: int) -> int:
        self._blocked.discard(chat_id)
        return self._membership(chat_id, "kicked", "member")

    def repeat(self, update_id: int) -> None:
        """Deliver an earlier update again, as Telegram does after an answer that got lost."""
        update = next(u for u in self.delivered if u["update_id"] == update_id)
        self._pending.append((self.now(), update))
        self.arrived.set()

    def demand_wait(self, seconds: int, *, times: int = 1, method: str | None = None) -> None:
        """Answer the next calls (of a method) with 429."""
        self._waits += [(seconds, method)] * times

    def break_down(self, times: int, status: int = 500) -> None:
        """Answer the next calls that change something with an error of the server."""
        self._breaks += [status] * times

    def answer_oddly(self, oddity: "Oddity", *, times: int = 1, method: str | None = None) -> None:
        """Answer the next calls (of a method) as no Bot API should."""
        self._odd += [(oddity, method)] * times

    def answer_well(self) -> None:
        """Nothing that was to be answered oddly still is."""
        self._odd.clear()

    def limit(self, seconds: float, *, chat: int | None = None) -> None:
        """Refuse whatever is sent to a chat, or by the bot to anybody, for a while: 429."""
        self._limits[chat] = self.now() + seconds

    def deliver(self, update: Json) -> int:
        """Deliver an update as it is given, whatever is allowed; its number is filled in."""
        number = self._next_update
        self._next_update += 1
        self._pending.append((self.now(), {"update_id": number} | update))
        self.arrived.set()
        return number

    # What a test or a page reads.

    def visible(self, chat_id: int) -> list[Shown]:
        return [self._chats[chat_id][number] for number in sorted(self._chats[chat_id])]

    def waiting(self) -> int:
        return len(self._pending)

    # What the server does.

    def oddity(self, method: str) -> "Oddity | None":
        for place, (oddity, only) in enumerate(self._odd):
            if only in {None, method}:
                del self._odd[place]
                return oddity
        return None

    def trouble(self, method: str, chat_id: object = None) -> None:
        """Raise what was demanded for the next calls."""
        for limited, until in self._limits.items():
            left = math.ceil(until - self.now())
            if chat_id is not None and limited in {None, chat_id} and left > 0:
                raise Refused(429, f"Too Many Requests: retry after {left}", retry_after=left)
        for place, (seconds, only) in enumerate(self._waits):
            if only in {None, method}:
                del self._waits[place]
                raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        if self._breaks and method not in {"getUpdates", "getMe"}:
            raise Refused(self._breaks.pop(0), "Internal Server Error")

    def next_updates(self, offset: int | None, limit: int) -> list[Json]:
        """What waits from `offset` on; asking with it forgets what came before."""
        self.changed.set()
        since = self.now() - UPDATES_KEPT_SECONDS
        self._pending = [
            (at, update)
            for at, update in self._pending
            if at > since and (offset is None or update["update_id"] >= offset)
        ]
        updates = [update for _, update in sorted(self._pending, key=_number)][:limit]
        self.delivered += [update for update in updates if update not in self.delivered]
        return updates

    def confirm(self, update_id: int) -> None:
        """One update was taken by webhook."""
        self._pending = [(at, u) for at, u in self._pending if u["update_id"] != update_id]
        self.changed.set()

    def drop_pending(self) -> None:
        self._pending.clear()

    def send(
        self, chat_id: int, text: str, buttons: list[list[tuple[str, str]]], *, protected: bool
    ) -> Json:
        self.may_write(chat_id)
        shown = Shown(self._number(), True, text, int(self.now()), buttons, protected)
        self._chats[chat_id][shown.message_id] = shown
        return self.payload_of(chat_id, shown)

    def may_write(self, chat_id: int) -> None:
        if chat_id not in self._people:
            raise Refused(400, "Bad Request: chat not found")
        if chat_id in self._blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")

    def own_message(self, chat_id: int, message_id: int) -> Shown:
        """A message of the bot that it may edit."""
        self.may_write(chat_id)
        shown = self._chats[chat_id].get(message_id)
        if shown is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if not shown.from_bot:
            raise Refused(400, "Bad Request: message can't be edited")
        return shown

    def delete(self, chat_id: int, message_id: int) -> None:
        self.may_write(chat_id)
        shown = self._chats[chat_id].get(message_id)
        if shown is None:
            raise Refused(400, "Bad Request: message to delete not found")
        if self.now() - shown.date > DELETABLE_SECONDS:
            raise Refused(400, "Bad Request: message can't be deleted for everyone")
        del self._chats[chat_id][message_id]

    def answer_callback(self, number: str, text: str) -> None:
        asked = self._callbacks.get(number)
        if asked is None or self.now() - asked > CALLBACK_SECONDS:
            raise Refused(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        self.answered_callbacks[number] = text

    def payload_of(self, chat_id: int, shown: Shown) -> Json:
        if not shown.from_bot:
            return shown.payload
        payload: Json = {
            "message_id": shown.message_id,
            "from": {"id": BOT_ID, "is_bot": True, "first_name": "Point", "username": "un_bot"},
            "chat": self._chat(chat_id),
            "date": shown.date,
            "text": shown.text,
        }
        if shown.buttons:
            payload["reply_markup"] = {
                "inline_keyboard": [
                    [{"text": label, "callback_data": data} for label, data in row]
                    for row in shown.buttons
                ]
            }
        return payload

    def _arrive(self, chat_id: int, names: dict[str, str], **content: Any) -> int:  # noqa: ANN401
        self._people[chat_id] = person_of(chat_id, names)
        message_id = self._number()
        payload = {
            "message_id": message_id,
            "from": self._people[chat_id],
            "chat": self._chat(chat_id),
            "date": int(self.now()),
            **content,
        }
        text = str(content.get("text") or content.get("caption") or "")
        self._chats[chat_id][message_id] = Shown(
            message_id, False, text, int(self.now()), payload=payload
        )
        self._push("message", payload)
        return message_id

    def _membership(self, chat_id: int, old: str, new: str) -> int:
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Point", "username": "un_bot"}

        def member(status: str) -> Json:
            until: Json = {"until_date": 0} if status == "kicked" else {}
            return {"user": bot, "status": status, **until}

        change = {
            "chat": self._chat(chat_id),
            "from": self._people[chat_id],
            "date": int(self.now()),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        return self._push("my_chat_member", change)

    def _chat(self, chat_id: int) -> Json:
        person = self._people[chat_id]
        named: Json = {name: person[name] for name in ("first_name", "username") if name in person}
        return {"id": chat_id, "type": "private", **named}

    def _push(self, kind: str, content: Json) -> int:
        update_id = self._next_update
        self._next_update += 1
        if kind in self.allowed:
            self._pending.append((self.now(), {"update_id": update_id, kind: content}))
            self.arrived.set()
        return update_id

    def _number(self) -> int:
        number = self._next_message
        self._next_message += 1
        return number


def _number(waiting: tuple[float, Json]) -> int:
    return int(waiting[1]["update_id"])

"""What is known of a chat before its first message, and what the bot asked last.

It lives in Redis or in memory under a keyed digest, for a day. Nothing in it may not be lost: a
chat that is forgotten is greeted again.
"""

import json
from dataclasses import asdict, dataclass
from typing import Final

from runtime.i18n import REFERENCE
from runtime.volatile import VolatileStore
from triage.vocabulary import Author

_KEPT_SECONDS: Final = 24 * 3600


@dataclass(slots=True)
class ChatState:
    """`communes` are those offered as buttons; `asks_place` while a commune is expected."""

    language: str = REFERENCE
    author: Author = Author.UNKNOWN
    window: str | None = None
    was_told_limit: bool = False
    asks_place: bool = False
    communes: tuple[str, ...] = ()


async def load_state(key: str, store: VolatileStore) -> ChatState:
    kept = await store.get(f"chat:{key}")
    if kept is None:
        return ChatState()
    try:
        values = json.loads(kept)
        values["author"] = Author(values["author"])
        values["communes"] = tuple(values["communes"])
        return ChatState(**values)
    except (ValueError, TypeError, KeyError):
        return ChatState()  # of another version of this program


async def save_state(key: str, state: ChatState, store: VolatileStore) -> None:
    await store.put(f"chat:{key}", json.dumps(asdict(state)).encode(), ttl_seconds=_KEPT_SECONDS)


async def forget_state(key: str, store: VolatileStore) -> None:
    await store.remove(f"chat:{key}")

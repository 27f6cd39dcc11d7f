"""For whom the messenger asks to wait: one chat for itself, or everybody for a while.

A limit of the whole bot looks like one of a chat. It shows in that another chat is refused while
nothing went out in between; then one chat at a time tries, at growing intervals, and the first
that succeeds opens the way for all. So two chats that are limited for long never stop the others.
"""

import time
from collections.abc import Callable
from typing import Final

_LONGEST_TRIAL: Final = 8.0


class Pace:
    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._chats: dict[int, float] = {}
        self._refused: set[int] = set()
        self._whole_until, self._grows_at, self._trial = 0.0, 0.0, 1.0

    @property
    def is_whole(self) -> bool:
        """Whether the bot as a whole seems to be limited."""
        return len(self._refused) > 1

    def wait(self, chat_id: int) -> float:
        """Seconds until something may be sent to a chat; who is told 0 sends at once."""
        now = self.seconds()
        own = self._chats.get(chat_id, 0.0) - now
        if own > 0:
            return own
        self._chats.pop(chat_id, None)
        if self.is_whole:
            if now < self._whole_until:
                return self._whole_until - now
            self._whole_until = now + self._trial
        return 0.0

    def limited(self, chat_id: int, seconds: float) -> None:
        """The messenger refused something for this chat, and asked to wait."""
        now = self.seconds()
        self._chats[chat_id] = now + seconds
        self._refused.add(chat_id)
        if self.is_whole and now >= self._grows_at:
            # What was under way together is refused together: one step, not many.
            self._grows_at = self._whole_until = now + min(self._trial, seconds)
            self._trial = min(2 * self._trial, _LONGEST_TRIAL)

    def wrote(self, chat_id: int) -> None:
        """Something went out."""
        self._chats.pop(chat_id, None)
        self._refused.clear()
        self._whole_until, self._grows_at, self._trial = 0.0, 0.0, 1.0

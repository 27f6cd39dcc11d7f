"""What every door makes of what it received, and drops everything else at the border."""

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from records.chat_keys import BotKey
from records.conversations import Content
from triage.signs import showable
from triage.vocabulary import Author, Indicator

# A long letter is 6,000 characters; three times that in UTF-8 still fits a body of 64 kB.
MAX_TEXT_CHARACTERS: Final = 20_000
MAX_PLACE_CHARACTERS: Final = 100
USUAL_LOCALE: Final = "fr"


class AgeBand(StrEnum):
    """The bands that the labelling guide knows; a form asks for no exact age."""

    UNDER_13 = "under_13"
    FROM_13_TO_14 = "13-14"
    FROM_15_TO_17 = "15-17"
    ADULT = "18+"

    @classmethod
    def of(cls, years: int) -> "AgeBand":
        for band, below in _BANDS:
            if years < below:
                return band
        return cls.ADULT

    @property
    def indicators(self) -> frozenset[Indicator]:
        code = _INDICATORS.get(self)
        return frozenset({code} if code else ())


_BANDS: Final = (
    (AgeBand.UNDER_13, 13),
    (AgeBand.FROM_13_TO_14, 15),
    (AgeBand.FROM_15_TO_17, 18),
)
_INDICATORS: Final = {
    AgeBand.UNDER_13: Indicator.UNDER_13,
    AgeBand.FROM_13_TO_14: Indicator.UNDER_15,
    AgeBand.FROM_15_TO_17: Indicator.MINOR,
}


class Channel(StrEnum):
    WEB = "web"
    API = "api"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class ReplyChat:
    """The chat in which a sender is answered.

    `window` is when they may be written to: "17:00-20:00", "never", or None for any time.
    `message_id` is that of the message there, so that it can be deleted there later.
    """

    chat_id: int = field(repr=False)
    bot: BotKey = field(repr=False)
    window: str | None = None
    message_id: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SignalDraft:
    """One report before it is kept. Its repr shows no words.

    `idempotency_key` has at least 128 random bits: the same key and content, sent again, is the
    same signal and shows the same receipt.
    """

    text: str = field(repr=False)
    idempotency_key: str = field(repr=False)
    author: Author = Author.UNKNOWN
    commune: str | None = field(default=None, repr=False)
    postal_code: str | None = field(default=None, repr=False)
    age: AgeBand | None = field(default=None, repr=False)
    locale: str = USUAL_LOCALE
    channel: Channel = Channel.WEB
    chat: ReplyChat | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Kept as written, but for signs that no page shows or that turn others around.

        Half a character (a lone surrogate) cannot be kept as UTF-8: it becomes U+FFFD.
        """
        for name in ("text", "commune", "postal_code"):
            value = getattr(self, name)
            if value is not None:
                whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
                object.__setattr__(self, name, showable(whole))
        if re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z]{2,4})?", self.locale) is None:
            object.__setattr__(self, "locale", USUAL_LOCALE)  # no odd header costs us a signal

    def content(self) -> Content:
        return Content(self.text, self.commune, self.postal_code, self.age)

    def fingerprint(self) -> bytes:
        """What makes two submissions the same; it feeds the receipt and is kept nowhere."""
        parts = (self.text, self.author, self.commune, self.postal_code, self.age, self.locale)
        return json.dumps(parts, ensure_ascii=True).encode()

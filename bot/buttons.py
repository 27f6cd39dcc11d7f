"""Buttons: what each sends back is a short code that says nothing to whoever reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup


class Press(StrEnum):
    """The first part of a button's data; what follows a colon is a place in a list, or an id."""

    MENU = "a"
    WRITE = "b"
    QUESTIONS = "c"
    CARD = "d"
    SOMEONE = "e"
    AS = "f"
    NUMBERS = "g"
    OTHER_NUMBERS = "h"
    DISCRETION = "i"
    WINDOWS = "j"
    WINDOW = "k"
    ERASE = "l"
    ERASE_YES = "m"
    ERASE_NO = "n"
    LANGUAGES = "o"
    LANGUAGE = "p"
    PLACE = "q"
    PLACE_SKIP = "r"
    READ = "s"
    HIDE = "t"
    HIDE_CODE = "u"
    SEEN = "v"


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    press: Press
    argument: str = ""

    @property
    def data(self) -> str:
        return f"{self.press}:{self.argument}" if self.argument else self.press.value


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=one.label, callback_data=one.data) for one in row]
            for row in rows
        ]
    )


def pressed(data: str) -> tuple[Press | None, str]:
    """The button and its argument; None for data that is not ours, or no longer."""
    code, _, argument = data.partition(":")
    return (Press(code) if code in set(Press) else None), argument

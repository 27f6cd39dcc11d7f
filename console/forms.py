"""Read what a page posts, and keep what was typed, whatever happens to it next."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from fastapi import Request

from console.errors import UnknownChoice
from dispatch.drafts import Typed
from records.tables import DraftBox

Choice = TypeVar("Choice", bound=StrEnum)

_URL_ENCODED: Final = "application/x-www-form-urlencoded"
_MAX_FIELDS: Final = 80  # a signal's page is one form
_MAX_KEY: Final = 64


@dataclass(frozen=True, slots=True)
class PostedForm:
    """The fields of a form, without a repr: they carry words and passwords."""

    fields: Mapping[str, str] = field(repr=False)

    def line(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def secret(self, name: str) -> str:
        """As it was typed: a password may end with a space."""
        return self.fields.get(name, "")

    def text(self, name: str) -> str:
        """Browsers send CRLF for a line's end; the sender reads LF."""
        return self.fields.get(name, "").replace("\r\n", "\n")

    def key(self, name: str) -> str:
        """What makes a double click one and the same."""
        given = self.line(name)
        return given if 0 < len(given) <= _MAX_KEY else new_key()

    def choice(self, name: str, kind: type[Choice]) -> Choice:
        try:
            return kind(self.line(name))
        except ValueError:
            raise UnknownChoice from None

    def an_id(self, name: str) -> UUID:
        try:
            return UUID(self.line(name))
        except ValueError:
            raise UnknownChoice from None


class Box(StrEnum):
    """The boxes of a signal's page in which staff type, by the names of their fields.

    The page is one form: whichever button is pressed, what stands in every box is kept.
    """

    REPLY = "reponse"
    NOTE = "note"
    TRANSFER = "transfert"
    LEVEL = "niveau"
    DESPITE = "malgre"
    WORDS = "mots"

    @property
    def draft(self) -> DraftBox:
        return DraftBox[self.name]

    @property
    def key_name(self) -> str:
        return f"cle-{self.value}"


# What is chosen beside a box.
_CHOSEN_WITH: Final = {Box.TRANSFER: "team", Box.LEVEL: "level"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody typed for a signal: no page may lose it."""

    ref: str
    typed: Mapping[Box, Typed]

    def drafts(self, *, but: Box | None = None) -> dict[DraftBox, Typed]:
        return {box.draft: one for box, one in self.typed.items() if box is not but}

    def has_words(self) -> bool:
        return any(one.text.strip() for one in self.typed.values())


def new_key() -> str:
    return str(uuid.uuid4())


async def read_form(request: Request) -> PostedForm:
    """The posted fields; a body of another kind is an empty form."""
    if not request.headers.get("content-type", "").startswith(_URL_ENCODED):
        return PostedForm({})
    posted = await request.form(max_fields=_MAX_FIELDS)
    return PostedForm({name: value for name, value in posted.items() if isinstance(value, str)})


def kept_from(form: PostedForm, *, ref: str) -> Kept:
    """What stood in the boxes of the page that was posted; a box that it did not have is absent.

    A box that still holds what is noted already holds nothing new.
    """
    return Kept(
        ref,
        {
            box: Typed(
                "" if form.text(box) == form.text(f"{box}-avant") else form.text(box),
                form.line(_CHOSEN_WITH.get(box, "")),
                form.key(box.key_name),
            )
            for box in Box
            if box in form.fields
        },
    )

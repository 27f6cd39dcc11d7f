"""Read what a page posts, and keep what was typed, whatever happens to it next."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from fastapi import Request

from console.errors import UnknownChoice

Choice = TypeVar("Choice", bound=StrEnum)

_URL_ENCODED: Final = "application/x-www-form-urlencoded"
_MAX_FIELDS: Final = 20
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

    def text(self, name: str = "text") -> str:
        """Browsers send CRLF for a line's end; the sender reads LF."""
        return self.fields.get(name, "").replace("\r\n", "\n")

    def key(self) -> str:
        """What makes a double click one and the same."""
        given = self.line("key")
        return given if 0 < len(given) <= _MAX_KEY else new_key()

    def choice(self, name: str, kind: type[Choice]) -> Choice:
        try:
            return kind(self.line(name))
        except ValueError:
            raise UnknownChoice from None

    def member_id(self, name: str) -> UUID:
        try:
            return UUID(self.line(name))
        except ValueError:
            raise UnknownChoice from None


class Box(StrEnum):
    """The boxes of a signal's page in which staff type; the last part of the form's address."""

    REPLY = "reponse"
    NOTE = "note"
    TRANSFER = "transfert"
    LEVEL = "niveau"


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody typed for a signal and is not stored yet: no page may lose it."""

    box: Box
    ref: str
    key: str
    text: str = field(repr=False)
    choice: str = ""


def new_key() -> str:
    return str(uuid.uuid4())


async def read_form(request: Request) -> PostedForm:
    """The posted fields; a body of another kind is an empty form."""
    if not request.headers.get("content-type", "").startswith(_URL_ENCODED):
        return PostedForm({})
    posted = await request.form(max_fields=_MAX_FIELDS)
    return PostedForm({name: value for name, value in posted.items() if isinstance(value, str)})


def kept_from(form: PostedForm, *, ref: str, box: str) -> Kept | None:
    """What to keep of a form that was posted to a signal's box."""
    if box not in set(Box):
        return None
    text = form.text() or form.text("reason")
    choice = form.line("team") or form.line("level") or form.line("choice")
    return Kept(Box(box), ref, form.key(), text, choice) if text else None

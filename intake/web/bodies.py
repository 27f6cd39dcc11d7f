"""The bodies that programs send, and how strictly they are read."""

import json
import uuid
from enum import StrEnum
from typing import Annotated, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request

from intake.drafts import (
    MAX_PLACE_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    AgeBand,
    Channel,
    SignalDraft,
)
from intake.web.problems import BODY, Problem, invalid
from runtime.i18n import REFERENCE
from triage.vocabulary import Author

_OLDEST: Final = 120
_LONGEST_RECEIPT: Final = 200

Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_CHARACTERS)]
Place = Annotated[str, StringConstraints(max_length=MAX_PLACE_CHARACTERS)]
Receipt = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_RECEIPT)]
# "fr", "en", "pt-BR": the column has eight characters.
Language = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?$", max_length=8)
]


class AuthorIn(StrEnum):
    """Who writes, where the sender says so."""

    YOUNG = "young"
    PEER = "peer"
    RELATIVE = "relative"
    PROFESSIONAL = "professional"


class _Body(BaseModel):
    # A printed model or a traceback shows no field.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__


class SignalIn(_Body):
    text: Text
    author: AuthorIn | None = None
    commune: Place | None = None
    postal_code: Place | None = None
    age: Annotated[int, Field(strict=True, ge=0, le=_OLDEST)] | None = None
    locale: Language | None = None
    idempotency_key: UUID | None = None

    def draft(self) -> SignalDraft:
        return SignalDraft(
            text=self.text,
            idempotency_key=_key(self.idempotency_key),
            author=Author(self.author) if self.author else Author.UNKNOWN,
            commune=self.commune or None,
            postal_code=self.postal_code or None,
            age=None if self.age is None else AgeBand.of(self.age),
            locale=self.locale or REFERENCE,
            channel=Channel.API,
        )


class ConversationIn(_Body):
    receipt: Receipt


class MessageIn(_Body):
    receipt: Receipt
    text: Text
    idempotency_key: UUID | None = None
    locale: Language | None = None

    def draft(self) -> SignalDraft:
        key = _key(self.idempotency_key)
        return SignalDraft(self.text, key, locale=self.locale or REFERENCE, channel=Channel.API)


def _key(given: UUID | None) -> str:
    return str(given or uuid.uuid4())


Body = TypeVar("Body", bound=BaseModel)


async def read_json(request: Request, kind: type[Body]) -> Body:
    """The body of a request; raises Problem 415 or 422, which repeats nothing of it."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(415, "Send application/json")
    raw = await request.body()
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] == "json_invalid":
            return _lenient(raw, kind)
        raise invalid(error) from None


def _lenient(raw: bytes, kind: type[Body]) -> Body:
    """Half a character, as a program leaves that cuts a text, must not cost us the signal."""
    try:
        whole = json.dumps(json.loads(raw), ensure_ascii=False)
        repaired = whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return kind.model_validate_json(repaired)
    except ValidationError as error:
        raise invalid(error) from None
    except (ValueError, RecursionError):
        raise Problem(422, "The request is not valid", [(BODY, "is not valid JSON")]) from None

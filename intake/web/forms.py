"""Read what a form sent, without refusing more than must be, and keep it for the answer."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dispatch.written import box_length
from intake.drafts import MAX_PLACE_CHARACTERS, MAX_TEXT_CHARACTERS, AgeBand, SignalDraft
from runtime.i18n import REFERENCE, languages
from triage.signs import showable
from triage.vocabulary import Author

LONGEST_FORM_BYTES: Final = 64 * 1024
HARD_LIMIT_BYTES: Final = 1024 * 1024
_MAX_FIELDS: Final = 32
_KEY_BYTES: Final = 32
_SHORTEST_KEY: Final = 43  # 32 random bytes in base64
_LONGEST_KEY: Final = 64


@dataclass(frozen=True, slots=True)
class SentForm:
    """The fields of one form. Its repr shows no words."""

    text: str = field(default="", repr=False)
    commune: str = field(default="", repr=False)
    age: str = field(default="", repr=False)
    author: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    choice: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    lang: str = REFERENCE
    filled_by_machine: bool = False
    is_too_large: bool = False
    came_from_elsewhere: bool = False

    def problems(self) -> dict[str, str]:
        """What keeps it from being a signal: field -> id of the sentence that says so."""
        found: dict[str, str] = {}
        if not self.text.strip():
            found["text"] = "problem.no_text"
        if self.is_too_large or box_length(self.text) > MAX_TEXT_CHARACTERS:
            found["text"] = "problem.text_too_long"
        if box_length(self.commune) > MAX_PLACE_CHARACTERS:
            found["commune"] = "problem.commune_too_long"
        return found

    def draft(self, author: Author) -> SignalDraft:
        return SignalDraft(
            text=self.text,
            idempotency_key=self.key,
            author=author,
            commune=self.commune.strip() or None,
            age=AgeBand(self.age) if self.age in set(AgeBand) else None,
            locale=self.lang,
        )


def new_key() -> str:
    """What makes two clicks on one button the same submission."""
    return secrets.token_urlsafe(_KEY_BYTES)


async def read_form(request: Request) -> SentForm:
    """Read a form of the site. A file in it, or a form nobody can read, is refused with 400."""
    body = await request.body()
    try:
        sent = await request.form(
            max_files=0, max_fields=_MAX_FIELDS, max_part_size=HARD_LIMIT_BYTES
        )
    except (ValueError, LookupError):  # a charset that is none, or one that is not of texts
        raise HTTPException(400) from None
    key = _one(sent, "key")
    return SentForm(
        # A browser sends each line's end as two characters and counts it as one.
        text=showable(_one(sent, "text").replace("\r\n", "\n")),
        commune=showable(_one(sent, "commune")),
        age=_one(sent, "age"),
        author=_one(sent, "author"),
        code=_one(sent, "code"),
        choice=_one(sent, "choice"),
        token=_one(sent, "token"),
        key=key if _SHORTEST_KEY <= len(key) <= _LONGEST_KEY else new_key(),
        lang=_one(sent, "lang") if _one(sent, "lang") in languages() else REFERENCE,
        filled_by_machine=bool(_one(sent, "website")),
        is_too_large=len(body) > LONGEST_FORM_BYTES,
        came_from_elsewhere=request.headers.get("sec-fetch-site") == "cross-site",
    )


def _one(sent: FormData, name: str) -> str:
    value = sent.get(name, "")
    return value if isinstance(value, str) else ""

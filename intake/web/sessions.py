"""The sender's session: one cookie, no name in it, and what it opens forgotten soon."""

import hmac
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from intake.sender import SenderAccess
from records.sealing import SecretKey
from records.sessions import SessionVault
from records.shown_pages import ShownPages
from triage.vocabulary import Author

_NAME: Final = "s"


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation that is open in one browser. `token` is what its forms carry."""

    access: SenderAccess
    author: Author
    token: str = field(repr=False)

    def has_sent(self, token: str) -> bool:
        """Whether a form with this token comes from a page of this session."""
        return hmac.compare_digest(self.token.encode(), token.encode())


@dataclass(frozen=True, slots=True)
class Sessions:
    vault: SessionVault
    is_https: bool
    shown: ShownPages

    @property
    def cookie(self) -> str:
        """The cookie's name; the prefix makes browsers refuse it from anywhere but this host."""
        return f"__Host-{_NAME}" if self.is_https else _NAME

    async def begin(self, access: SenderAccess, author: Author, *, instead_of: Request) -> "Begun":
        """Open a session for a conversation; the one that this browser had is over."""
        await self.vault.end(instead_of.cookies.get(self.cookie))
        value = await self.vault.begin(
            {
                "signal": str(access.signal_id),
                "key": access.key.value.hex(),
                "author": author.value,
            }
        )
        return Begun(Session(access, author, self.vault.form_token(value)), value)

    async def read(self, request: Request) -> Session | None:
        value = request.cookies.get(self.cookie)
        payload = await self.vault.read(value)
        if value is None or payload is None:
            return None
        access = SenderAccess(UUID(payload["signal"]), SecretKey(bytes.fromhex(payload["key"])))
        return Session(access, Author(payload["author"]), self.vault.form_token(value))

    async def end(self, request: Request, response: Response) -> None:
        """Nothing of the conversation, nor of any form's answer, is shown in this browser again."""
        cookie = request.cookies.get(self.cookie)
        await self.vault.end(cookie)
        await self.shown.close(cookie)
        response.delete_cookie(
            self.cookie, path="/", secure=self.is_https, httponly=True, samesite="strict"
        )

    def give(self, begun: "Begun", response: Response) -> None:
        """Set the cookie: for this browser session only, unreadable to scripts, sent by us only."""
        self.give_cookie(begun.cookie_value, response)

    def give_cookie(self, value: str, response: Response) -> None:
        response.set_cookie(
            self.cookie,
            value,
            path="/",
            secure=self.is_https,
            httponly=True,
            samesite="strict",
        )


@dataclass(frozen=True, slots=True)
class Begun:
    session: Session
    cookie_value: str = field(repr=False)

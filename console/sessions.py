"""Who is signed in: the cookie, what the vault has for it, and the token of its forms."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final
from uuid import UUID

from fastapi import Request, Response

from console.errors import FormRefused
from console.forms import PostedForm
from console.pages import BASE
from dispatch.desk import Desk, SignedIn
from dispatch.errors import SignInRefused
from dispatch.sign_in import resume
from records.sealing import SecretKey
from records.sessions import SessionVault
from runtime.settings import Settings

# Each use prolongs a session, and the queue's own refresh is a use; a duty is over at some time.
LONGEST_SESSION: Final = timedelta(hours=12)
_SAME_SITE: Final = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Session:
    """A member at work; `token` is what this session's forms carry."""

    cookie: str = field(repr=False)
    token: str = field(repr=False)
    member: SignedIn


def cookie_name(settings: Settings) -> str:
    """`__Host-` would need the path `/`, where the public site would receive the cookie too."""
    return "__Secure-equipe" if settings.is_https else "equipe"


async def begin_session(member: SignedIn, vault: SessionVault, *, now: datetime) -> Session:
    cookie = await vault.begin(
        {
            "member": str(member.id),
            "secret": b64encode(member.secret.value).decode(),
            "credential": member.credential,
            "since": now.isoformat(),
        }
    )
    return Session(cookie, vault.form_token(cookie), member)


async def find_session(cookie: str | None, vault: SessionVault, desk: Desk) -> Session | None:
    """The session of a cookie with the member's rights as they are now, or None."""
    payload = await vault.read(cookie)
    if cookie is None or payload is None:
        return None
    if desk.clock() - datetime.fromisoformat(payload["since"]) >= LONGEST_SESSION:
        await vault.end(cookie)
        return None
    try:
        member = await resume(
            UUID(payload["member"]),
            SecretKey(b64decode(payload["secret"])),
            desk,
            credential=payload["credential"],
        )
    except SignInRefused:
        await vault.end(cookie)
        return None
    return Session(cookie, vault.form_token(cookie), member)


def give_cookie(response: Response, session: Session, settings: Settings) -> None:
    """Gone when the browser closes; no script and no other site ever gets it."""
    response.set_cookie(
        cookie_name(settings),
        session.cookie,
        path=BASE,
        httponly=True,
        samesite="strict",
        secure=settings.is_https,
    )


def take_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(settings),
        path=BASE,
        httponly=True,
        samesite="strict",
        secure=settings.is_https,
    )


def refuse_other_sites(request: Request) -> None:
    """Browsers say where a request comes from; old ones do not, and the token stands alone."""
    if request.headers.get("sec-fetch-site", "none") not in _SAME_SITE:
        raise FormRefused


def refuse_other_sessions(form: PostedForm, session: Session) -> None:
    if not compare_digest(form.secret("form_token").encode(), session.token.encode()):
        raise FormRefused

"""A member of staff at a browser, and signals for them: what the console's tests start from."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx

from console.pages import BASE
from dispatch.desk import Desk, SignedIn
from intake.receive import receive_signal
from intake.reception import Reception
from intake.sender import SenderAccess, Thread, read_conversation
from records.sealing import SecretKey
from records.tables import Role, Signal
from tests.builders import PASSWORD, a_draft, a_member

__all__ = ["BASE", "At", "Staff", "boxes", "page_text", "seen_on"]

# The boxes of the page by what an act calls its text.
TYPED_IN = {
    "reponse": {"text": "reponse", "key": "cle-reponse"},
    "note": {"text": "note", "key": "cle-note"},
    "transfert": {"reason": "transfert"},
    "niveau": {"reason": "niveau"},
    "suivi": {"outcome": "attempt", "day": "attempt_day"},
}
# What would be done over words that the page did not show.
OVER_WORDS = {"reponse", "transfert", "niveau", "cloture", "suivi"}


@dataclass
class Sent:
    """A signal that a sender sent, and their way back to it."""

    ref: str
    access: SenderAccess
    reception: Reception

    async def thread(self) -> Thread:
        return await read_conversation(self.access, self.reception)


@dataclass
class Staff:
    """One member, signed in at one browser."""

    client: httpx.AsyncClient
    member: SignedIn
    email: str

    async def sign_in(self, password: str = PASSWORD, **fields: str) -> httpx.Response:
        return await self.client.post(
            f"{BASE}/connexion", data={"email": self.email, "password": password} | fields
        )

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(f"{BASE}{path}")

    async def signal(self, ref: str) -> httpx.Response:
        return await self.get(f"/signaux/{ref}")

    async def token(self) -> str:
        page = await self.get("/aide")
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', page.text)
        assert found, "not signed in"
        return found[1]

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Post with this session's token."""
        return await self.client.post(
            f"{BASE}{path}", data={"form_token": await self.token()} | fields
        )

    async def do(self, ref: str, action: str, **fields: str) -> httpx.Response:
        """Press a form of the signal's page; of those that need it, after reading the page."""
        for name, box in TYPED_IN.get(action, {}).items():
            if name in fields:
                fields[box] = fields.pop(name)
        if action in OVER_WORDS and "seen" not in fields:
            fields["seen"] = seen_on((await self.signal(ref)).text)
        if action == "cloture":
            page = (await self.signal(ref)).text
            ends = re.findall(r'<select[^>]* name="(fin-[0-9a-f-]+)"', page)
            fields = dict.fromkeys(ends, "no_longer_needed") | fields
        return await self.post(f"/signaux/{ref}/{action}", **fields)


def boxes(page: str) -> dict[str, str]:
    """What stands in the boxes of a signal's page, of those that hold something."""
    found = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n([^<]*)</textarea>', page)
    return {name: unescape(text) for name, text in found if text}


def seen_on(page: str) -> str:
    """Which of the sender's words a page showed, as its forms say; nothing on another page."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    return found[1] if found else ""


@dataclass
class At:
    """The listening point under test."""

    desk: Desk
    recovery: SecretKey
    reception: Reception
    browser: Callable[[], httpx.AsyncClient]

    async def member(self, *teams: str, name: str = "", role: Role = Role.DUTY) -> Staff:
        email = f"{uuid.uuid4().hex}@equipe.invalid"
        member = await a_member(self.desk, self.recovery, *teams, email=email, name=name, role=role)
        staff = Staff(self.browser(), member, email)
        answer = await staff.sign_in()
        assert answer.status_code == 303
        return staff

    async def signal(
        self,
        text: str = "bonjour j'ai besoin de parler",
        *,
        commune: str = "Dunkerque",
        suspicious: bool = False,
        **given: Any,
    ) -> Sent:
        draft = a_draft(text, commune=commune, **given)
        received = await receive_signal(draft, self.reception, suspicious=suspicious)
        row = await self.row_of(received.access)
        return Sent(row.ref, received.access, self.reception)

    async def row_of(self, access: SenderAccess) -> Signal:
        async with self.desk.records.reading() as tx:
            row = await tx.signals.by_id(access.signal_id)
        assert row is not None
        return row

    async def trail(self, sent: Sent) -> list[str]:
        async with self.desk.records.reading() as tx:
            return [entry.action for entry in await tx.audit.of_signal(sent.access.signal_id)]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def page_text(html: str) -> tuple[str, set[str]]:
    """The text of some HTML, and the names of its elements."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts), set(parser.tags)

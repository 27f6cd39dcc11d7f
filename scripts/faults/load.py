"""The load: senders who insist, chats, staff who answer, and the post that counts what arrives."""

import asyncio
import secrets
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx
import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from botapi.world import World
from dispatch.desk import Desk, SignedIn
from dispatch.errors import DispatchError
from dispatch.open_signal import open_signal
from dispatch.queue import claim_next
from dispatch.replies import reply
from records.errors import DatabaseAway
from tests.processes import free_port, listening_socket

COMMUNES: Final = ("Roubaix", "Dunkerque", "Maubeuge", "Denain", "Caudry", "Douai")
TEXTS: Final = (
    "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans",
    "j'ai 15 ans, je suis en fugue, il veut que je fasse des passes",
    "bonjour, je voudrais savoir comment vous joindre",
    "ma fille de 14 ans a un nouveau téléphone et ne va plus en cours",
)


@dataclass
class Post:
    """What arrived by e-mail and by text message, by the key that names each message."""

    mails: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(  # noqa: N802  aiosmtpd's own name
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        content = envelope.content or b""
        head = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        key = head.lower().partition("message-id: ")[2].partition("\r\n")[0]
        self.mails[key] += 1
        return "250 OK"

    async def take(self, request: Request) -> Response:
        self.texts[request.headers["idempotency-key"]] += 1
        return Response(status_code=202)

    @property
    def repeated(self) -> int:
        return sum(n - 1 for counts in (self.mails, self.texts) for n in counts.values())


@asynccontextmanager
async def post_office() -> AsyncIterator[tuple[Post, str, str]]:
    """A mail server and a gateway for text messages: (what arrived, SMTP URL, webhook URL)."""
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    app = Starlette(routes=[Route("/sms", post.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    with listening_socket() as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield (
                post,
                f"smtp://127.0.0.1:{controller.port}",
                f"http://127.0.0.1:{listener.getsockname()[1]}/sms",
            )
        finally:
            server.should_exit = True
            await running
            controller.stop()


@dataclass
class Load:
    """`acknowledged` are the keys of signals of which the service said that they arrived.

    `began` with the first of them: all parts are up.
    """

    url: str
    world: World
    desk: Desk
    member: SignedIn
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: list[str] = field(default_factory=list)
    tries: int = 0
    written_in_chats: int = 0
    answered: int = 0

    async def run(self, senders: int) -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(senders):
                tasks.create_task(self._send_forever())
            tasks.create_task(self._chat_forever())
            tasks.create_task(self._answer_forever())

    async def _send_forever(self) -> None:
        while not self.stopped.is_set():
            key = str(uuid.uuid4())
            body = {
                "text": secrets.choice(TEXTS),
                "commune": secrets.choice(COMMUNES),
                "idempotency_key": key,
            }
            await self._insist(body)
            self.acknowledged.append(key)
            self.began.set()
            await asyncio.sleep(0.3)

    async def _insist(self, body: dict[str, str]) -> None:
        """As a client does: the same submission again until it is acknowledged."""
        while True:
            self.tries += 1
            try:
                async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
                    answer = await client.post(f"{self.url}/api/v1/signals", json=body)
                if answer.is_success:
                    return
                if answer.is_client_error:
                    raise RuntimeError(f"refused with {answer.status_code}")
            except httpx.HTTPError:
                await asyncio.sleep(0.2)
            else:
                await asyncio.sleep(0.5)

    async def _chat_forever(self) -> None:
        while not self.stopped.is_set():
            self.world.write(self.written_in_chats % 40, f"message {self.written_in_chats}")
            self.written_in_chats += 1
            await asyncio.sleep(0.3)

    async def _answer_forever(self) -> None:
        while not self.stopped.is_set():
            try:
                ref = await claim_next(self.member, self.desk)
                if ref is not None:
                    await open_signal(ref, self.member, self.desk)
                    await reply(ref, "lu", self.member, self.desk, idempotency_key=ref)
                    self.answered += 1
            except (DatabaseAway, DispatchError):
                await asyncio.sleep(0.5)
            await asyncio.sleep(1.5)

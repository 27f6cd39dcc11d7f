"""E-mail and text messages over real connections: a real mail server, a real HTTP server."""

import asyncio
import email
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
import uvicorn
from aiosmtpd.controller import Controller
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dispatch.channels.base import ChannelDown, NoAddress, NotNow, Recipient, Undeliverable
from dispatch.channels.email import EmailChannel
from dispatch.channels.webhook import WebhookChannel
from dispatch.notice_texts import Notice
from records.ids import new_id
from runtime.addresses import ascii_domain
from runtime.errors import SettingsError
from tests.processes import free_port, listening_socket

NOTICE = Notice(new_id(), "Point Écoute : à regarder", "Un signal attend l’équipe.\nlien", "lien")
TO = Recipient(email="anne@equipe.invalid", phone="+33600000000")


class Mailbox:
    """Keeps what it is given; answers `refusal` to a recipient instead where it is set."""

    def __init__(self) -> None:
        self.refusal = ""
        self.refuses: dict[str, str] = {}
        self.got: list[Any] = []

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        envelope.mail_from = address
        return self.refuses.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802  aiosmtpd's own name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(envelope)
        return self.refuses.get("DATA", "250 OK")


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


async def test_a_message_arrives_with_its_words_and_a_name_of_its_own(
    mailbox: tuple[Mailbox, str],
):
    box, url = mailbox
    await EmailChannel(url, "ecoute@association.invalid").send(TO, NOTICE)

    [got] = box.got

    message = email.message_from_bytes(got.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert got.rcpt_tos == ["anne@equipe.invalid"]
    assert message["Subject"] == NOTICE.subject
    assert message["Message-ID"] == f"<{NOTICE.key}@association.invalid>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().split() == NOTICE.text.split()


@pytest.mark.parametrize(
    ("answer", "raises"),
    [
        ("550 no such user", Undeliverable),
        ("550 5.1.1 unknown", Undeliverable),
        ("552 5.2.2 mailbox full", Undeliverable),
        ("450 try later", NotNow),
        ("550 5.7.1 relaying denied", ChannelDown),
        ("553 5.7.1 sender address rejected: not owned by user", ChannelDown),
        ("550 sender verify failed", ChannelDown),
        ("554 transaction failed", ChannelDown),
        ("530 5.7.0 must issue STARTTLS first", ChannelDown),
    ],
)
async def test_only_what_concerns_one_address_is_for_good(
    answer: str, raises: type[Exception], mailbox: tuple[Mailbox, str]
):
    box, url = mailbox
    box.refusal = answer
    with pytest.raises(raises):
        await EmailChannel(url, "ecoute@association.invalid").send(TO, NOTICE)


async def test_a_mail_server_that_is_away_is_tried_again():
    channel = EmailChannel(f"smtp://127.0.0.1:{free_port()}", "ecoute@association.invalid")
    with pytest.raises(ChannelDown) as down:
        await channel.send(TO, NOTICE)
    assert down.value.what == "refused"


async def test_who_has_no_address_is_not_written_to():
    channel = EmailChannel("smtp://127.0.0.1:1", "ecoute@association.invalid")
    with pytest.raises(NoAddress):
        await channel.send(Recipient(email="", phone=""), NOTICE)


@pytest.mark.parametrize("url", ["http://mail.invalid", "mail.invalid", "smtp://"])
def test_another_address_than_a_mail_servers_is_a_mistake_that_names_the_setting(url: str):
    with pytest.raises(SettingsError, match="POINT_ECOUTE_SMTP_URL"):
        EmailChannel(url, "ecoute@association.invalid")


class Gateway:
    def __init__(self) -> None:
        self.answer = 202
        self.got: list[tuple[dict[str, str], bytes]] = []

    async def take(self, request: Request) -> Response:
        self.got.append((dict(request.headers), await request.body()))
        return Response(status_code=self.answer)


@pytest.fixture
async def gateway() -> AsyncIterator[tuple[Gateway, WebhookChannel]]:

    taker = Gateway()
    app = Starlette(routes=[Route("/sms", taker.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    with listening_socket() as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        channel = WebhookChannel(f"http://127.0.0.1:{listener.getsockname()[1]}/sms", "secret")
        yield taker, channel
        await channel.close()
        server.should_exit = True
        await running


async def test_the_gateway_gets_number_text_signature_and_a_key_against_repeats(
    gateway: tuple[Gateway, WebhookChannel],
):
    taker, channel = gateway
    await channel.send(TO, NOTICE)

    [(headers, body)] = taker.got
    assert json.loads(body) == {"id": str(NOTICE.key), "to": TO.phone, "text": NOTICE.text}
    assert headers["idempotency-key"] == str(NOTICE.key)
    assert headers["x-signature"] == hmac.new(b"secret", body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("status", "raises"),
    [
        (422, Undeliverable),
        (400, NotNow),
        (404, NotNow),
        *((status, ChannelDown) for status in (302, 401, 403, 429, 500, 503)),
    ],
)
async def test_of_the_gateway_too_only_one_number_is_refused_for_good(
    status: int, raises: type[Exception], gateway: tuple[Gateway, WebhookChannel]
):
    taker, channel = gateway
    taker.answer = status
    with pytest.raises(raises):
        await channel.send(TO, NOTICE)


async def test_who_has_no_number_gets_no_text_message(gateway: tuple[Gateway, WebhookChannel]):
    taker, channel = gateway
    with pytest.raises(NoAddress):
        await channel.send(Recipient(email="a@b.invalid", phone=""), NOTICE)
    assert taker.got == []


@pytest.mark.parametrize(
    ("step", "answer", "what"),
    [
        ("MAIL", "553 5.7.1 not yours", "sender"),
        ("MAIL", "451 later", "sender"),
        ("DATA", "554 5.7.1 looks like spam", "content"),
    ],
)
async def test_what_the_mail_server_refuses_to_everybody_is_given_up_for_nobody(
    step: str, answer: str, what: str, mailbox: tuple[Mailbox, str]
):
    box, url = mailbox
    box.refuses[step] = answer
    with pytest.raises(ChannelDown) as down:
        await EmailChannel(url, "ecoute@association.invalid").send(TO, NOTICE)
    assert (down.value.what, down.value.answer) == (what, int(answer[:3]))


async def test_a_server_that_knows_no_user_and_no_tls_is_named_by_what_it_lacks(
    mailbox: tuple[Mailbox, str],
):
    _, url = mailbox
    with pytest.raises(ChannelDown):
        await EmailChannel(url.replace("//", "//user:secret@"), "a@b.invalid").send(TO, NOTICE)
    with pytest.raises(ChannelDown) as down:
        await EmailChannel(url.replace("smtp:", "smtps:"), "a@b.invalid").send(TO, NOTICE)
    assert down.value.what in {"tls", "connection"}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("anne@équipe.example", "anne@xn--quipe-9ra.example"),
        ("Écoute <ecoute@équipe.example>", "Écoute <ecoute@xn--quipe-9ra.example>"),
        ("anne@equipe.example", "anne@equipe.example"),
        ("anne@straße.example", "anne@xn--strae-oqa.example"),
        ("anne", "anne"),
    ],
)
def test_domains_are_written_as_the_net_knows_them(written: str, sent: str):
    assert ascii_domain(written) == sent

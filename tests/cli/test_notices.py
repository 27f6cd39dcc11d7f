"""`notices test` sends something harmless, and says in words what went wrong, never a secret."""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from typer.testing import CliRunner

from cli.app import app
from cli.notices import _SENTENCES
from runtime.errors import SettingsError
from runtime.settings import PROJECT_ROOT
from tests.processes import free_port

SECRET = "un-secret-a-ne-pas-dire"  # noqa: S105


class Mailbox:
    def __init__(self) -> None:
        self.refusal = ""
        self.got: list[Any] = []

    async def handle_MAIL(  # noqa: N802  aiosmtpd's own name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        envelope.mail_from = address
        return self.refusal or "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setenv("POINT_ECOUTE_SMTP_URL", f"smtp://127.0.0.1:{controller.port}")
    monkeypatch.setenv("POINT_ECOUTE_MAIL_FROM", "ecoute@association.invalid")
    yield box
    controller.stop()


def problems_of(*arguments: str) -> str:
    answer = CliRunner().invoke(app, ["notices", "test", *arguments])
    assert isinstance(answer.exception, SettingsError), answer.output
    return " ".join(answer.exception.problems)


def test_a_harmless_message_arrives_whatever_the_case(mailbox: Mailbox):
    for way in ("EMAIL", "email"):
        answer = CliRunner().invoke(app, ["notices", "test", way, "--to", "anne@equipe.invalid"])
        assert answer.exit_code == 0, answer.output
        assert "handed over" in answer.output
    assert len(mailbox.got) == 2
    assert "essai" in mailbox.got[0]


def test_a_sender_that_is_refused_is_named_by_its_setting(mailbox: Mailbox):
    mailbox.refusal = "553 5.7.1 not yours"
    said = problems_of("EMAIL", "--to", "anne@equipe.invalid")
    assert "POINT_ECOUTE_MAIL_FROM" in said
    assert "553" in said
    assert "anne" not in said


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"smtp://user:{SECRET}@localhost:{{port}}", "a way to sign in"),
        ("smtps://127.0.0.1:{port}", ("TLS", "broke off")),
        ("smtp://127.0.0.1:{free}", "nobody listens"),
        ("smtp://nulle-part.invalid:25", "no such host"),
    ],
)
def test_what_is_wrong_with_the_mail_server_is_said_in_words(
    url: str, says: str | tuple[str, ...], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
):
    port = os.environ["POINT_ECOUTE_SMTP_URL"].rpartition(":")[2]
    monkeypatch.setenv("POINT_ECOUTE_SMTP_URL", url.format(port=port, free=free_port()))
    said = problems_of("EMAIL", "--to", "anne@equipe.invalid")
    wanted = (says,) if isinstance(says, str) else says
    assert any(one in said for one in wanted), said
    assert SECRET not in said


def test_what_is_not_set_up_is_said():
    assert "POINT_ECOUTE_SMS_WEBHOOK_URL is missing" in problems_of("SMS", "--to", "+33600000000")
    assert "POINT_ECOUTE_BOT_TOKEN" in problems_of("TELEGRAM", "--to", "12")


@pytest.mark.parametrize("to", ["anne", "a@b@c", "Anne <a@b.c>", ""])
def test_what_is_no_address_is_not_tried(to: str, mailbox: Mailbox):
    assert "no address" in problems_of("EMAIL", "--to", to)
    assert mailbox.got == []


def test_every_code_of_a_channel_has_its_sentence():
    files = [
        *(PROJECT_ROOT / "dispatch/channels").glob("*.py"),
        PROJECT_ROOT / "bot/staff_channel.py",
    ]
    source = "".join(path.read_text("utf-8") for path in files)
    written = r'(?:ChannelDown\(\s*|return |Error, |Refused, |Exception, )"([a-z_]+)"'
    codes = set(re.findall(written, source))
    assert codes <= _SENTENCES.keys()
    assert codes >= {"sender", "password", "certificate", "timeout", "token", "http", "server"}

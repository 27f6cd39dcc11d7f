"""By e-mail, through the organisation's own server (aiosmtplib)."""

import re
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from dispatch.channels.base import (
    ChannelDown,
    NoAddress,
    NotNow,
    Recipient,
    Undeliverable,
    what_failed,
)
from dispatch.notice_texts import Notice
from records.tables import Channel
from runtime.addresses import ascii_domain, ascii_host
from runtime.errors import SettingsError

_SECONDS: Final = 15
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS: Final = {"smtp": 587, "smtps": 465}
_PERMANENT: Final = 500
_ENHANCED: Final = re.compile(r"[245]\.(\d{1,3}\.\d{1,3})\b")
_OF_A_MAILBOX: Final = frozenset({550, 551, 552, 553, 556})
_OF_THE_SENDER: Final = re.compile(r"sender|relay|auth|tls|polic|spam|block|denied", re.IGNORECASE)
_STEPS: Final = (
    (aiosmtplib.SMTPSenderRefused, "sender"),
    (aiosmtplib.SMTPAuthenticationError, "password"),
    (aiosmtplib.SMTPDataError, "content"),
    (aiosmtplib.SMTPHeloError, "greeting"),
    (aiosmtplib.SMTPConnectResponseError, "greeting"),
    (aiosmtplib.SMTPResponseException, "server"),
)


class EmailChannel:
    """`url` is smtp://user:password@host:587 (STARTTLS is required) or smtps://…:465."""

    code = Channel.EMAIL

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SettingsError(["POINT_ECOUTE_SMTP_URL: expected smtp://… or smtps://…"])
        self._sender = ascii_domain(sender)
        self._host = ascii_host(parts.hostname)
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._tls = parts.scheme == "smtps"
        # A password never crosses a network in clear; a relay on this machine may have no TLS.
        self._start_tls = None if self._host in _LOOPBACK else not self._tls

    async def send(self, to: Recipient, notice: Notice) -> None:
        if not to.email:
            raise NoAddress
        try:
            await aiosmtplib.send(
                _message(ascii_domain(to.email), self._sender, notice),
                recipients=[ascii_domain(to.email)],  # one person, whatever the address holds
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                start_tls=self._start_tls,
                timeout=_SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _told(error) from None

    async def close(self) -> None:
        """Each message has a connection of its own."""


def _message(to: str, sender: str, notice: Notice) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, notice.subject
    message["Message-ID"] = f"<{notice.key}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text)
    return message


def _told(error: Exception) -> Undeliverable | NotNow | ChannelDown:
    """Whom it concerns that a dialogue with the server failed. Its sentence goes no further."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _of_recipients(error.recipients)
    for kind, what in _STEPS:
        if isinstance(error, kind):
            return ChannelDown(what, getattr(error, "code", None))
    said = str(error).upper()
    if isinstance(error, aiosmtplib.SMTPException) and "SUPPORTED" in said:
        return ChannelDown("not_supported" if "AUTH" in said else "starttls")
    return ChannelDown(what_failed(error))


def _of_recipients(
    refused: Sequence[aiosmtplib.SMTPRecipientRefused],
) -> Undeliverable | NotNow | ChannelDown:
    """RCPT is where servers refuse a recipient, and where many refuse a sender or a relay.

    The enhanced status code (RFC 3463) tells them apart where there is one: X.7 is policy, 1.0, 1.7
    and 1.8 are of the sender; else the reply code and the words that such servers use.
    """
    first = refused[0]
    enhanced = _ENHANCED.match(first.message.strip())
    status = enhanced.group(1) if enhanced else ""
    of_everybody = (
        status.startswith("7.")
        or status in {"1.0", "1.7", "1.8"}
        or first.code not in _OF_A_MAILBOX
        or (not status and _OF_THE_SENDER.search(first.message) is not None)
    )
    if first.code < _PERMANENT:
        return NotNow(f"recipient_{first.code}")
    return ChannelDown("recipient", first.code) if of_everybody else Undeliverable()

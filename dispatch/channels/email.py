"""By e-mail, through the organisation's own server (aiosmtplib)."""

from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from dispatch.channels.base import NoAddress, Recipient, Undeliverable
from dispatch.notice_texts import Notice
from records.tables import Channel
from runtime.errors import SettingsError

_SECONDS: Final = 15
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS: Final = {"smtp": 587, "smtps": 465}
_PERMANENT: Final = 500


class EmailChannel:
    """`url` is smtp://user:password@host:587 (STARTTLS is required) or smtps://…:465."""

    code = Channel.EMAIL

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SettingsError(["POINT_ECOUTE_SMTP_URL: expected smtp://… or smtps://…"])
        self._sender = sender
        self._host = parts.hostname
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
                _message(to.email, self._sender, notice),
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                start_tls=self._start_tls,
                timeout=_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            if all(one.code >= _PERMANENT for one in refused.recipients):
                raise Undeliverable from None
            raise
        except aiosmtplib.SMTPResponseException as refused:
            if refused.code >= _PERMANENT and not isinstance(
                refused, aiosmtplib.SMTPAuthenticationError
            ):
                raise Undeliverable from None
            raise

    async def close(self) -> None:
        """Each message has a connection of its own."""


def _message(to: str, sender: str, notice: Notice) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, notice.subject
    message["Message-ID"] = f"<{notice.key}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text)
    return message

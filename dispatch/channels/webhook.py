"""By a webhook, for a gateway that sends text messages (SMS)."""

import hashlib
import hmac
import json
from typing import Final

import httpx

from dispatch.channels.base import NoAddress, Recipient, Undeliverable
from dispatch.notice_texts import Notice
from records.tables import Channel

_SECONDS: Final = 15.0
_AGAIN: Final = frozenset({408, 425, 429})


class WebhookChannel:
    """POST {"id", "to", "text"} as JSON; `X-Signature` is its HMAC-SHA256 in hex.

    A 4xx is for good (but 408, 425 and 429), anything else is tried again. The same
    `Idempotency-Key` is the same message.
    """

    code = Channel.SMS

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = url, secret.encode()
        self._client = httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False)

    async def send(self, to: Recipient, notice: Notice) -> None:
        if not to.phone:
            raise NoAddress
        body = json.dumps(
            {"id": str(notice.key), "to": to.phone, "text": notice.text}, ensure_ascii=False
        ).encode()
        answer = await self._client.post(
            self._url,
            content=body,
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": str(notice.key),
                "X-Signature": hmac.new(self._secret, body, hashlib.sha256).hexdigest(),
            },
        )
        if answer.is_client_error and answer.status_code not in _AGAIN:
            raise Undeliverable
        answer.raise_for_status()

    async def close(self) -> None:
        await self._client.aclose()

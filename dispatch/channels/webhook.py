"""By a webhook, for a gateway that sends text messages (SMS)."""

import hashlib
import hmac
import json
from typing import Final

import httpx

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

_SECONDS: Final = 15.0
_THIS_NUMBER: Final = 422
_PERHAPS_THIS_ONE: Final = frozenset({400, 404, 410, 413})


class WebhookChannel:
    """POST {"id", "to", "text"} as JSON; `X-Signature` is its HMAC-SHA256 in hex.

    422 is this number's, for good. 400, 404, 410 and 413 may be of this message: they are tried for
    about a day. Anything else (401, 403, 429, 5xx, a redirection, no answer) concerns everybody and
    waits until it is mended. The same `Idempotency-Key` is the same message.
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
        try:
            answer = await self._post(notice, body)
        except httpx.TimeoutException:
            raise ChannelDown("timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise ChannelDown(what_failed(error)) from None
        if answer.status_code == _THIS_NUMBER:
            raise Undeliverable
        if answer.status_code in _PERHAPS_THIS_ONE:
            raise NotNow(f"http_{answer.status_code}")
        if not answer.is_success:
            raise ChannelDown("http", answer.status_code)

    async def _post(self, notice: Notice, body: bytes) -> httpx.Response:
        return await self._client.post(
            self._url,
            content=body,
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": str(notice.key),
                "X-Signature": hmac.new(self._secret, body, hashlib.sha256).hexdigest(),
            },
        )

    async def close(self) -> None:
        await self._client.aclose()

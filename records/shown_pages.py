"""Pages that answered a form, for as long as their reader may reload them.

What a form is answered with may hold typed words, a receipt or a conversation. It is kept locked
with a key that only the reader's cookie and the page's address make together: either alone, or the
store, opens nothing, and once the cookie is gone nobody sees the page again.
"""

import secrets
import zlib
from dataclasses import dataclass
from typing import Final

from records.errors import SealBroken
from records.sealing import Binding, SecretKey, keyed_digest, lock, unlock
from records.sessions import key_of
from runtime.volatile import VolatileStore

PAGE_SECONDS: Final = 15 * 60
# A page with the longest text of a form is far smaller; what is larger is answered directly.
_LARGEST_BYTES: Final = 128 * 1024
_ID_BYTES: Final = 9


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class ShownPages:
    store: VolatileStore

    async def keep(self, cookie: str, page: Page) -> str | None:
        """The page's id; None where it may not be found again, so that it must be shown now."""
        secret = key_of(cookie)
        packed = zlib.compress(page.status.to_bytes(2) + page.body)
        if secret is None or len(packed) > _LARGEST_BYTES:
            return None
        page_id = secrets.token_urlsafe(_ID_BYTES)
        key = _page_key(secret, page_id)
        locked = lock(packed, _BINDING, key=key)
        await self.store.put(_place(key), locked, ttl_seconds=PAGE_SECONDS)
        # In the memory of this process alone, another process would not find it.
        return None if self.store.is_away else page_id

    async def read(self, cookie: str | None, page_id: str) -> Page | None:
        secret = key_of(cookie)
        if secret is None or await self.store.get(_end(secret)):
            return None
        key = _page_key(secret, page_id)
        locked = await self.store.get(_place(key))
        if locked is None:
            return None
        try:
            unpacked = zlib.decompress(unlock(locked, _BINDING, key=key))
        except SealBroken:
            return None
        return Page(int.from_bytes(unpacked[:2]), unpacked[2:])

    async def close(self, cookie: str | None) -> None:
        """None of this browser's pages is shown again, not even to who copied its cookie."""
        secret = key_of(cookie)
        if secret is not None:
            await self.store.put(_end(secret), b"1", ttl_seconds=PAGE_SECONDS)


_BINDING: Final = Binding("session", "shown-page")


def _page_key(secret: SecretKey, page_id: str) -> SecretKey:
    return SecretKey(keyed_digest(page_id.encode(), key=secret, purpose="shown-page"))


def _place(key: SecretKey) -> str:
    return f"page:{keyed_digest(b'', key=key, purpose='shown-page-id').hex()}"


def _end(secret: SecretKey) -> str:
    return f"page:{keyed_digest(b'', key=secret, purpose='shown-page-end').hex()}"

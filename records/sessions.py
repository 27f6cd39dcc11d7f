"""Signed-in sessions: what is kept opens only with what the browser's cookie holds."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Final

from records.errors import SealBroken
from records.sealing import KEY_BYTES, Binding, SecretKey, keyed_digest, lock, make_secret, unlock
from runtime.volatile import VolatileStore

Payload = dict[str, str]


@dataclass(frozen=True, slots=True)
class SessionVault:
    """Sessions of one door, `name`, each for `ttl_seconds` after its last use.

    The cookie is a random key. The store has the payload locked with a key derived from it, under
    an id derived from it: the store alone, or the cookie alone, opens nothing.
    """

    store: VolatileStore
    name: str
    ttl_seconds: int

    @property
    def is_away(self) -> bool:
        """Whether a session that is not found now may be found again later."""
        return self.store.is_away

    async def begin(self, payload: Payload) -> str:
        """Keep `payload`; return the cookie's value."""
        secret = make_secret()
        locked = lock(json.dumps(payload).encode(), self._binding, key=_session_key(secret))
        await self.store.put(self._id(secret), locked, ttl_seconds=self.ttl_seconds)
        return _cookie(secret)

    async def read(self, cookie: str | None) -> Payload | None:
        """The payload, or None where there is none any more; a use prolongs the session."""
        key = key_of(cookie)
        locked = await self.store.get(self._id(key)) if key else None
        if key is None or locked is None:
            return None
        try:
            payload: Payload = json.loads(unlock(locked, self._binding, key=_session_key(key)))
        except SealBroken:
            return None
        await self.store.put(self._id(key), locked, ttl_seconds=self.ttl_seconds)
        return payload

    async def end(self, cookie: str | None) -> None:
        key = key_of(cookie)
        if key is not None:
            await self.store.remove(self._id(key))

    def form_token(self, cookie: str) -> str:
        """What a form of this session carries, so that another site cannot post in its name."""
        key = key_of(cookie)
        if key is None:
            return ""
        return keyed_digest(self.name.encode(), key=key, purpose="form-token").hex()

    @property
    def _binding(self) -> Binding:
        return Binding("session", self.name)

    def _id(self, cookie: SecretKey) -> str:
        digest = keyed_digest(self.name.encode(), key=cookie, purpose="session-id")
        return f"session:{self.name}:{digest.hex()}"


_COOKIE_CHARACTERS: Final = 43


def _session_key(cookie: SecretKey) -> SecretKey:
    return SecretKey(keyed_digest(b"", key=cookie, purpose="session-key"))


def new_cookie() -> str:
    """What a browser is given: a random key, in which nothing is kept yet."""
    return _cookie(make_secret())


def _cookie(secret: SecretKey) -> str:
    return urlsafe_b64encode(secret.value).decode().rstrip("=")


def key_of(cookie: str | None) -> SecretKey | None:
    """The key that a cookie is; None for what no browser was given by us."""
    if cookie is None or len(cookie) != _COOKIE_CHARACTERS:
        return None
    try:
        raw = urlsafe_b64decode(cookie + "=")
    except (Base64Error, ValueError):
        return None
    return SecretKey(raw) if len(raw) == KEY_BYTES else None

"""Seal, open, lock and unlock: libsodium's primitives bound to the row that they protect.

A *sealed* content (X25519 sealed box) can be written by anybody who has the public key and opened
only with the secret one: the server adds, and cannot read back. A *locked* content
(XChaCha20-Poly1305) needs one and the same key both ways. Both are padded to a size class, so that
"oui" and a short cry weigh the same, and both name the row that they belong to: moved to another
row, they do not open.
"""

import hmac
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, NewType

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead
from nacl.utils import random as random_bytes

from records.errors import SealBroken

Sealed = NewType("Sealed", bytes)

KEY_BYTES: Final = 32
_SMALLEST_CLASS: Final = 64
_LARGEST_DOUBLING: Final = 16_384
_HEADER_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class SecretKey:
    """32 secret bytes that no repr, log or exception shows."""

    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) != KEY_BYTES:
            raise ValueError("a secret key has 32 bytes")


@dataclass(frozen=True, slots=True)
class KeyPair:
    public: bytes
    secret: SecretKey


@dataclass(frozen=True, slots=True)
class Binding:
    """What a content is, and the row that it belongs to; checked when it is opened."""

    purpose: str
    row: str
    owner: str = ""

    def header(self) -> bytes:
        digest = blake2b(digest_size=_HEADER_BYTES, person=b"pe-binding")
        for part in (self.purpose, self.row, self.owner):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(4, "big") + encoded)
        return digest.digest()


def make_key_pair() -> KeyPair:
    secret = PrivateKey.generate()
    return KeyPair(bytes(secret.public_key), SecretKey(bytes(secret)))


def make_secret() -> SecretKey:
    return SecretKey(random_bytes(KEY_BYTES))


def public_half(secret: SecretKey) -> bytes:
    return bytes(PrivateKey(secret.value).public_key)


def seal(content: bytes, binding: Binding, *, to: bytes) -> Sealed:
    """Seal `content` to a public key; only its secret half opens it."""
    return Sealed(SealedBox(PublicKey(to)).encrypt(binding.header() + _pad(content)))


def open_sealed(sealed: bytes, binding: Binding, *, secret: SecretKey) -> bytes:
    """Raise SealBroken where the key, the row or a single bit is not the one it was sealed for."""
    try:
        inner = SealedBox(PrivateKey(secret.value)).decrypt(sealed)
        if not hmac.compare_digest(inner[:_HEADER_BYTES], binding.header()):
            raise SealBroken(binding.purpose)
        return _unpad(inner[_HEADER_BYTES:])
    except (CryptoError, ValueError, TypeError):
        raise SealBroken(binding.purpose) from None


def lock(content: bytes, binding: Binding, *, key: SecretKey) -> Sealed:
    """Encrypt and authenticate `content` with one key; the binding is associated data."""
    return Sealed(bytes(Aead(key.value).encrypt(_pad(content), binding.header())))


def unlock(locked: bytes, binding: Binding, *, key: SecretKey) -> bytes:
    """Raise SealBroken like open_sealed."""
    try:
        return _unpad(Aead(key.value).decrypt(locked, binding.header()))
    except (CryptoError, ValueError, TypeError):
        raise SealBroken(binding.purpose) from None


def keyed_digest(content: bytes, *, key: SecretKey, purpose: str, size: int = 32) -> bytes:
    """Keyed BLAKE2b, a different function for each purpose (16 bytes at most)."""
    return blake2b(
        content, digest_size=size, key=key.value, person=purpose.encode().ljust(16, b"\0")
    ).digest()


def size_class(length: int) -> int:
    """The padded size in bytes of a content of `length`: 64, 128 … 16,384, then steps of 16,384."""
    padded = _SMALLEST_CLASS
    while padded <= length and padded < _LARGEST_DOUBLING:
        padded *= 2
    return padded if padded > length else (length // _LARGEST_DOUBLING + 1) * _LARGEST_DOUBLING


def _pad(content: bytes) -> bytes:
    return bytes(bindings.sodium_pad(content, size_class(len(content))))


def _unpad(padded: bytes) -> bytes:
    return bytes(bindings.sodium_unpad(padded, size_class(len(padded) - 1)))

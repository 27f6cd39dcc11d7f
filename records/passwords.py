"""Slow keys from short secrets: Argon2id for passwords and receipts, with its price."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13
from nacl.utils import random as random_bytes

from records.sealing import KEY_BYTES, SecretKey, keyed_digest

SALT_BYTES: Final = 16
MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ArgonCost:
    """Argon2id's price: passes and memory in bytes; libsodium runs one lane."""

    passes: int
    memory_bytes: int


# A member signs in a few times a day: three passes over 64 MiB (RFC 9106, second choice).
PASSWORD_COST: Final = ArgonCost(passes=3, memory_bytes=64 * MIB)
# Every submission pays this one: one pass over 8 MiB makes 66 random bits as dear to guess as 80.
RECEIPT_COST: Final = ArgonCost(passes=1, memory_bytes=8 * MIB)


def make_salt() -> bytes:
    return random_bytes(SALT_BYTES)


def stretch(secret: bytes, *, salt: bytes, cost: ArgonCost, size: int = KEY_BYTES) -> bytes:
    """`size` bytes that cost `cost` to find out; CFFI lets other threads run meanwhile."""
    return bytes(
        crypto_pwhash_alg(
            size, secret, salt, cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13
        )
    )


def password_key(password: str, *, salt: bytes, cost: ArgonCost) -> SecretKey:
    """The key that locks a member's secret key.

    One computer sends « é » as one sign, another as two: both are the same password.
    """
    composed = unicodedata.normalize("NFC", password)
    return SecretKey(stretch(composed.encode(), salt=salt, cost=cost))


def former_password_keys(password: str, *, salt: bytes, cost: ArgonCost) -> Iterator[SecretKey]:
    """The keys of passwords that were kept before « é » was one sign wherever it was typed."""
    composed, apart = (unicodedata.normalize(form, password) for form in ("NFC", "NFD"))
    for spelt in dict.fromkeys((password, apart)):
        if spelt != composed:
            yield SecretKey(stretch(spelt.encode(), salt=salt, cost=cost))


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """What a receipt opens: `lookup` finds the conversation, `key` unlocks it for its sender."""

    lookup: bytes
    key: SecretKey


def receipt_keys(code: str, *, pepper: SecretKey, cost: ArgonCost) -> ReceiptKeys:
    """Derive both from the normalised code; neither tells the other, and both need the pepper."""
    salt = keyed_digest(b"", key=pepper, purpose="receipt-salt", size=SALT_BYTES)
    hard = stretch(code.encode(), salt=salt, cost=cost)
    return ReceiptKeys(
        lookup=keyed_digest(hard, key=pepper, purpose="receipt-lookup"),
        key=SecretKey(keyed_digest(hard, key=pepper, purpose="receipt-key")),
    )

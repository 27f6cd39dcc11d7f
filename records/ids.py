"""Ids and references: UUIDv7 for rows, `7K3-Q2M` for people to say on the telephone."""

import secrets
from typing import Final
from uuid import UUID

import uuid_utils.compat

# No vowels (no words), no look-alikes (0 O, 1 I L, 5 S, 8 B, 2 Z), no V beside U-shaped W.
_LETTERS: Final = "34679CDFGHJKMNPQRTWXY"
_HALF: Final = 3


def new_id() -> UUID:
    """A row's id; they rise with time, so that indexes grow at one end."""
    return uuid_utils.compat.uuid7()


def new_ref() -> str:
    """A signal's reference, one of 85 million; on a clash the caller draws again."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(2 * _HALF))
    return f"{letters[:_HALF]}-{letters[_HALF:]}"

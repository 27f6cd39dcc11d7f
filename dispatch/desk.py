"""What the use cases of staff work with, built once for a process, and who works at it."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from dispatch.listening_point import ListeningPoint
from dispatch.routing import SUPERVISION
from records import Records
from records.passwords import PASSWORD_COST, ArgonCost
from records.sealing import SecretKey
from records.tables import Role
from runtime.clock import Clock

# Each derivation takes 64 MiB; more than two at once would only make each of them slower.
_DERIVATIONS_AT_ONCE = 2
# For so long an answer can be taken back; nothing of it leaves before.
TAKE_BACK: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Desk:
    """`password_cost` and `take_back` are parameters so that tests can be quick."""

    records: Records
    point: ListeningPoint
    clock: Clock
    password_cost: ArgonCost = PASSWORD_COST
    take_back: timedelta = TAKE_BACK
    derivations: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_DERIVATIONS_AT_ONCE), repr=False
    )


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member at work: their key opens their teams' keys, and nothing else does."""

    id: UUID
    name: str
    role: Role
    teams: frozenset[str]
    secret: SecretKey
    credential: str

    @property
    def scope(self) -> Collection[str] | None:
        """The teams whose signals exist for this member; None is all of them (supervision)."""
        return None if SUPERVISION in self.teams else self.teams

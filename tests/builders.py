"""Plain builders: only what matters to a test is given."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dispatch.desk import Desk, SignedIn
from dispatch.members import NewMember, add_member
from dispatch.queue import Queue, list_queue
from dispatch.sign_in import sign_in
from intake.drafts import SignalDraft
from intake.receive import Received, receive_signal
from intake.reception import Reception
from records import Records
from records.passwords import ArgonCost
from records.sealing import SecretKey
from records.tables import Base, Role
from runtime.settings import PROJECT_ROOT

NORD = PROJECT_ROOT / "listening-points" / "nord"
# A Tuesday, 10:00 in Lille: the teams are on duty.
TUESDAY_MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# libsodium's smallest Argon2id: tests check what is derived, not what it costs.
QUICK = ArgonCost(passes=1, memory_bytes=8192)
PASSWORD = "un mot de passe assez long"  # noqa: S105
TERRITORIES = (
    "metropole-lilloise",
    "flandres",
    "avesnois",
    "valenciennois",
    "cambresis",
    "douaisis",
)
COMMUNE_OF = {
    "metropole-lilloise": "Roubaix",
    "flandres": "Dunkerque",
    "avesnois": "Maubeuge",
    "valenciennois": "Denain",
    "cambresis": "Caudry",
    "douaisis": "Douai",
}


class FrozenClock:
    """A clock that goes only when told."""

    def __init__(self, now: datetime = TUESDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **length: float) -> None:
        self.now += timedelta(**length)


def a_draft(text: str = "bonjour j'ai besoin de parler", **given: Any) -> SignalDraft:
    values = {"text": text, "idempotency_key": str(uuid.uuid4())} | given
    return SignalDraft(**values)


async def kept(draft: SignalDraft, reception: Reception) -> Received:
    return await receive_signal(draft, reception)


async def a_member(
    desk: Desk,
    recovery: SecretKey,
    *teams: str,
    email: str = "",
    name: str = "",
    role: Role = Role.DUTY,
) -> SignedIn:
    """A member of these teams, signed in."""
    email = email or f"{uuid.uuid4().hex}@equipe.invalid"
    new = NewMember(name or f"Membre {email[:4]}", email, role, teams, PASSWORD)
    await add_member(new, desk, by=recovery)
    return await sign_in(email, PASSWORD, desk)


async def a_kept_signal(
    reception: Reception, member: SignedIn, desk: Desk, draft: SignalDraft | None = None
) -> tuple[str, Received]:
    """A new signal in the queue of `member`: its reference, and what its sender was told."""
    before = {row.ref for row in await list_queue(member, desk, queue=Queue.OPEN)}
    received = await receive_signal(draft or a_draft(commune="Douai"), reception)
    after = {row.ref for row in await list_queue(member, desk, queue=Queue.OPEN)}
    [ref] = after - before
    return ref, received


async def every_row(records: Records) -> dict[str, list[dict[str, Any]]]:
    """Everything that the database holds, by table."""
    async with records._reading.connect() as connection:
        return {
            name: [dict(row) for row in (await connection.execute(table.select())).mappings()]
            for name, table in Base.metadata.tables.items()
        }


def text_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]

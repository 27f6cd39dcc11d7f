"""All that the server keeps, stolen together: every row, and the key file. No word opens."""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import Aead

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.replies import add_note, reply
from dispatch.sign_in import sign_in
from intake.add_message import add_message
from intake.drafts import AgeBand
from intake.reception import Reception
from records.passwords import ArgonCost, password_key, receipt_keys
from records.sealing import Binding, SecretKey
from records.server_keys import NAMES, ServerKeys
from records.tables import Base, Member
from tests.builders import PASSWORD, a_draft, a_kept_signal, a_member, every_row

WORDS = (b"fugu", b"zibeline", b"rouleau", b"Douai", b"59500", b"Anne-Soph", b"equipe.invalid")
EMAIL = "anne-sophie@equipe.invalid"


def stolen_bytes(rows: dict[str, list[dict[str, Any]]]) -> dict[str, bytes]:
    """Every value that is bytes, by where it stands."""
    return {
        f"{table}.{column}#{number}": value
        for table, held in rows.items()
        for number, row in enumerate(held)
        for column, value in row.items()
        if isinstance(value, bytes)
    }


def bindings(rows: dict[str, list[dict[str, Any]]]) -> list[Binding]:
    """Every name of a row that the code could have bound a content to."""
    signals = [str(row["id"]) for row in rows["signal"]]
    messages = [str(row["id"]) for row in rows["message"]]
    members = [str(row["id"]) for row in rows["member"]]
    teams = [row["code"] for row in rows["team"]]
    return [
        *(Binding("codes", signal) for signal in signals),
        *(
            Binding("conversation-key", signal, holder)
            for signal in signals
            for holder in (*teams, "sender")
        ),
        *(
            Binding(purpose, message, signal)
            for purpose in ("content", "assessment")
            for message in messages
            for signal in signals
        ),
        *(
            Binding(purpose, member)
            for purpose in ("member-key", "member-key-recovery", "staff-contact")
            for member in members
        ),
        *(Binding("team-key", team, holder) for team in teams for holder in (*members, "recovery")),
    ]


def windows(blob: bytes) -> Iterator[bytes]:
    """What of a stored value could be a key: its first and last 32 bytes."""
    if len(blob) >= 32:
        yield from {blob[:32], blob[-32:]}


def opened_with(
    blobs: dict[str, bytes], keys: set[bytes], headers: list[bytes]
) -> dict[str, bytes]:
    """Try every key on every blob, as a sealed box and as a locked content in every row."""
    found = {}
    for key in keys:
        box, aead = SealedBox(PrivateKey(key)), Aead(key)
        for where, blob in blobs.items():
            with suppress(CryptoError, ValueError, TypeError):
                found[where] = box.decrypt(blob)
            for header in headers:
                with suppress(CryptoError, ValueError, TypeError):
                    found[where] = aead.decrypt(blob, header)
    return found


async def test_the_whole_stored_state_opens_no_word(
    reception: Reception, desk: Desk, installed: Installed, server_keys: ServerKeys
):
    member = await a_member(desk, installed.recovery, "douaisis", email=EMAIL, name="Anne-Sophie")
    draft = a_draft(
        "elle a fugué à Douai", commune="Douai", postal_code="59500", age=AgeBand.UNDER_13
    )
    ref, received = await a_kept_signal(reception, member, desk, draft)
    key = str(uuid.uuid4())
    await reply(ref, "la zibeline t'attend", member, desk, idempotency_key=key)
    await add_note(ref, "le rouleau est prêt", member, desk, idempotency_key=key)
    await add_message(received.access, a_draft("encore fugué"), reception)
    rows = await every_row(reception.records)
    assert set(rows) == set(Base.metadata.tables)

    shown = repr(rows).encode()
    assert not any(word in shown for word in (*WORDS, received.code.encode()))
    blobs = stolen_bytes(rows)
    of_the_file = {k.value for name in NAMES for k in getattr(server_keys, name).versions.values()}
    keys = of_the_file | {part for blob in blobs.values() for part in windows(blob)}
    found = opened_with(blobs, keys, [binding.header() for binding in bindings(rows)])

    # The honest limit: the key file gives staff's addresses and the codes of open signals.
    allowed = {"member.locked_contact", "signal.locked_codes"}
    assert {where.split("#")[0] for where in found} == allowed
    codes = next(value for where, value in found.items() if "codes" in where)
    assert b"fugu" not in codes
    without_the_file = keys - of_the_file
    headers = [binding.header() for binding in bindings(rows)]
    assert opened_with(blobs, without_the_file, headers) == {}


async def test_the_test_above_would_notice_a_key_that_opens(
    reception: Reception, desk: Desk, installed: Installed
):
    """The receipt, a password and the recovery key do open their parts, by the same search."""
    member = await a_member(desk, installed.recovery, "douaisis", email=EMAIL)
    _, received = await a_kept_signal(reception, member, desk)
    rows = await every_row(reception.records)
    blobs, headers = stolen_bytes(rows), [binding.header() for binding in bindings(rows)]
    [row] = rows["member"]
    cost = ArgonCost(row["password_passes"], row["password_memory"])
    by_password = password_key(PASSWORD, salt=row["password_salt"], cost=cost)

    def opens(key: SecretKey) -> set[str]:
        return {where.split("#")[0] for where in opened_with(blobs, {key.value}, headers)}

    assert opens(received.access.key) == {"signal.sender_wrap"}
    assert opens(by_password) == {"member.locked_secret"}
    assert opens(installed.recovery) == {"team_key.sealed_secret", "member.recovery_secret"}
    assert opens(member.secret) == {"team_key.sealed_secret"}
    assert (await sign_in(EMAIL, PASSWORD, desk)).secret == member.secret
    assert Member.__tablename__ == "member"


async def test_the_receipt_s_lookup_tells_neither_code_nor_key(
    reception: Reception, server_keys: ServerKeys
):
    pepper = server_keys.pepper.now
    keys = receipt_keys("six mots de la liste", pepper=pepper, cost=reception.receipt_cost)

    assert keys.lookup != keys.key.value
    assert keys.key.value not in keys.lookup + pepper.value

"""A conversation's keys: who can open it, and what is sealed in it.

Each conversation has its own key pair. Messages, notes and assessments are sealed to its public
key. Its secret key is wrapped for the team that has the signal, for supervision, and for the
sender under a key that only the receipt gives.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from records.errors import SealBroken
from records.sealing import (
    Binding,
    KeyPair,
    Sealed,
    SecretKey,
    lock,
    make_key_pair,
    open_sealed,
    seal,
    unlock,
)
from records.server_keys import VersionedKey
from triage.assessment import Assessment, Finding, PlaceMention
from triage.vocabulary import FindingStatus, Indicator, Level, Territory


@dataclass(frozen=True, slots=True)
class Content:
    """What a person wrote, with what they chose to add; nothing else about them is kept."""

    text: str
    commune: str | None = None
    postal_code: str | None = None
    age: str | None = None

    def __repr__(self) -> str:
        return "Content(***)"


def new_conversation() -> KeyPair:
    return make_key_pair()


def seal_content(content: Content, *, signal_id: UUID, message_id: UUID, to: bytes) -> Sealed:
    filled = {key: value for key, value in asdict(content).items() if value is not None}
    return seal(_json(filled), _message("content", signal_id, message_id), to=to)


def open_content(sealed: bytes, *, signal_id: UUID, message_id: UUID, secret: SecretKey) -> Content:
    opened = open_sealed(sealed, _message("content", signal_id, message_id), secret=secret)
    return Content(**json.loads(opened))


def seal_words(words: Iterable[str], *, signal_id: UUID, to: bytes) -> Sealed:
    """Words that must not be written to a sender: they say as much as a message does."""
    return seal(_json({"words": list(words)}), Binding("words", str(signal_id)), to=to)


def open_words(sealed: bytes, *, signal_id: UUID, secret: SecretKey) -> tuple[str, ...]:
    opened = open_sealed(sealed, Binding("words", str(signal_id)), secret=secret)
    return tuple(json.loads(opened)["words"])


def seal_draft(
    typed: Mapping[str, str], *, signal_id: UUID, member_id: UUID, box: str, to: bytes
) -> Sealed:
    """Seal what somebody typed to their own key: neither a colleague nor supervision opens it."""
    return seal(_json(typed), _draft(signal_id, member_id, box), to=to)


def open_draft(
    sealed: bytes, *, signal_id: UUID, member_id: UUID, box: str, secret: SecretKey
) -> Mapping[str, str]:
    opened = open_sealed(sealed, _draft(signal_id, member_id, box), secret=secret)
    typed: Mapping[str, str] = json.loads(opened)
    return typed


def seal_assessment(
    assessment: Assessment, *, signal_id: UUID, message_id: UUID, to: bytes
) -> Sealed:
    return seal(_json(asdict(assessment)), _message("assessment", signal_id, message_id), to=to)


def open_assessment(
    sealed: bytes, *, signal_id: UUID, message_id: UUID, secret: SecretKey
) -> Assessment:
    raw = json.loads(
        open_sealed(sealed, _message("assessment", signal_id, message_id), secret=secret)
    )
    return Assessment(
        level=Level(raw["level"]),
        territory=Territory(raw["territory"]),
        findings=tuple(_finding(finding) for finding in raw["findings"]),
        places=tuple(PlaceMention(**place) for place in raw["places"]),
        because=tuple(raw["because"]),
        rules_version=raw["rules_version"],
        deciding=tuple(raw["deciding"]) if raw.get("deciding") else None,
    )


def wrap_for_team(
    conversation: SecretKey, *, signal_id: UUID, team: str, public_key: bytes
) -> Sealed:
    return seal(conversation.value, _wrap(signal_id, team), to=public_key)


def unwrap_for_team(
    sealed: bytes, *, signal_id: UUID, team: str, team_secret: SecretKey
) -> SecretKey:
    return SecretKey(open_sealed(sealed, _wrap(signal_id, team), secret=team_secret))


def wrap_for_sender(conversation: SecretKey, *, signal_id: UUID, receipt_key: SecretKey) -> Sealed:
    return lock(conversation.value, _wrap(signal_id, "sender"), key=receipt_key)


def unwrap_for_sender(locked: bytes, *, signal_id: UUID, receipt_key: SecretKey) -> SecretKey:
    return SecretKey(unlock(locked, _wrap(signal_id, "sender"), key=receipt_key))


def wrap_team_key(team_secret: SecretKey, *, team: str, holder: str, public_key: bytes) -> Sealed:
    """Seal a team's secret key to a member (`holder` is the member's id) or to "recovery"."""
    return seal(team_secret.value, Binding("team-key", team, holder), to=public_key)


def unwrap_team_key(sealed: bytes, *, team: str, holder: str, secret: SecretKey) -> SecretKey:
    return SecretKey(open_sealed(sealed, Binding("team-key", team, holder), secret=secret))


def lock_codes(codes: Iterable[Indicator], *, signal_id: UUID, key: VersionedKey) -> Sealed:
    """Indicator codes of an open signal, for the assessment of its next message."""
    listed = ",".join(sorted(codes)).encode()
    return lock(listed, Binding("codes", str(signal_id)), key=key.now)


def unlock_codes(
    locked: bytes, *, signal_id: UUID, version: int, key: VersionedKey
) -> frozenset[Indicator]:
    if version not in key.versions:
        raise SealBroken("codes")
    listed = unlock(locked, Binding("codes", str(signal_id)), key=key.versions[version]).decode()
    return frozenset(Indicator(code) for code in listed.split(",") if code)


def _message(purpose: str, signal_id: UUID, message_id: UUID) -> Binding:
    return Binding(purpose, str(message_id), str(signal_id))


def _draft(signal_id: UUID, member_id: UUID, box: str) -> Binding:
    return Binding(f"draft-{box}", str(signal_id), str(member_id))


def _wrap(signal_id: UUID, holder: str) -> Binding:
    return Binding("conversation-key", str(signal_id), holder)


def _json(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _finding(raw: Mapping[str, object]) -> Finding:
    values = {
        **raw,
        "indicator": Indicator(str(raw["indicator"])),
        "status": FindingStatus(str(raw["status"])),
    }
    return Finding(**values)  # type: ignore[arg-type]

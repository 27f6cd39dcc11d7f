"""The server's own keys: one file, apart from the database and its backups, each key in versions.

`pepper`   hardens receipts and hides what is looked up (submission keys, staff e-mail addresses)
`contact`  locks addresses: staff e-mail and names; reply addresses where a channel has them
`codes`    locks the indicator codes of open signals (codes, never words)
`audit`    chains the trail of who read what
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from records.errors import KeyFileError
from records.sealing import SecretKey, make_secret

NAMES: Final = ("pepper", "contact", "codes", "audit")


@dataclass(frozen=True, slots=True)
class VersionedKey:
    """One key with its former versions: the current one writes, all of them read."""

    current: int
    versions: dict[int, SecretKey] = field(repr=False)

    @property
    def now(self) -> SecretKey:
        return self.versions[self.current]

    def newest_first(self) -> Iterator[tuple[int, SecretKey]]:
        yield self.current, self.now
        for number in sorted(self.versions, reverse=True):
            if number != self.current:
                yield number, self.versions[number]


@dataclass(frozen=True, slots=True)
class ServerKeys:
    pepper: VersionedKey
    contact: VersionedKey
    codes: VersionedKey
    audit: VersionedKey


def make_server_keys() -> ServerKeys:
    return ServerKeys(**{name: VersionedKey(1, {1: make_secret()}) for name in NAMES})


def create_key_file(path: Path) -> ServerKeys:
    """Write new keys to `path`, readable by its owner alone; refuse to write over a file."""
    keys = make_server_keys()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(f"{path}: exists already; keys are never written over") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(_as_json(keys), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    return keys


def prepare_version(path: Path, name: str) -> int:
    """Add a version of that key which reads and does not write yet; give its number.

    KeyFileError where one was prepared already and not switched to.
    """
    keys = load_key_file(path)
    key: VersionedKey = getattr(keys, name)
    newest = max(key.versions)
    if newest != key.current:
        raise KeyFileError(f"{path}: {name}: version {newest} is prepared already; switch to it")
    added = VersionedKey(key.current, key.versions | {newest + 1: make_secret()})
    _replace_key_file(path, replace(keys, **{name: added}))
    return newest + 1


def switch_version(path: Path, name: str) -> int:
    """Write with the newest version of that key; KeyFileError where none was prepared."""
    keys = load_key_file(path)
    key: VersionedKey = getattr(keys, name)
    newest = max(key.versions)
    if newest == key.current:
        raise KeyFileError(f"{path}: {name}: no version is prepared")
    _replace_key_file(path, replace(keys, **{name: VersionedKey(newest, key.versions)}))
    return newest


def _replace_key_file(path: Path, keys: ServerKeys) -> None:
    """All or nothing: a crash must never leave half a key file."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(_as_json(keys), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load_key_file(path: Path) -> ServerKeys:
    """Read the keys; KeyFileError says which entry is wrong, without showing it."""
    try:
        content = json.loads(path.read_text("ascii"))
    except FileNotFoundError:
        raise KeyFileError(f"{path}: no key file; `point-ecoute install` makes one") from None
    except (OSError, ValueError) as error:
        raise KeyFileError(f"{path}: not readable as JSON ({type(error).__name__})") from None
    if not isinstance(content, dict):
        raise KeyFileError(f"{path}: one JSON object is expected")
    return ServerKeys(**{name: _versioned(path, name, content.get(name)) for name in NAMES})


def _versioned(path: Path, name: str, entry: Any) -> VersionedKey:  # noqa: ANN401  raw JSON
    try:
        versions = {
            int(number): SecretKey(b64decode(value, validate=True))
            for number, value in entry["versions"].items()
        }
        key = VersionedKey(int(entry["current"]), versions)
        if key.current not in versions:
            raise ValueError
    except (TypeError, KeyError, ValueError, AttributeError):
        raise KeyFileError(
            f"{path}: {name}: expected a current version and 32-byte keys in base64"
        ) from None
    return key


def _as_json(keys: ServerKeys) -> dict[str, object]:
    return {
        name: {
            "current": key.current,
            "versions": {str(n): b64encode(k.value).decode() for n, k in key.versions.items()},
        }
        for name in NAMES
        for key in (getattr(keys, name),)
    }

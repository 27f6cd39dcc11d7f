"""Read and check the TOML files that hold the lexicon, the rules and the levels."""

import hashlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from triage.patterns import together
from triage.vocabulary import Indicator

OWN_FOLDER: Final = Path(__file__).parent
MARKER_KINDS: Final = frozenset(
    {
        "pseudo_negation",
        "negation",
        "hypothesis",
        "retraction",
        "joke",
        "fiction",
        "real",
        "past",
        "recent",
        "now",
        "over",
        "idiom",
        "returned",
        "refuted",
    }
)
_CUE_KEYS: Final = frozenset(
    {
        "id",
        "code",
        "means",
        "patterns",
        "together",
        "within",
        "unless",
        "with",
        "without",
        "signals",
        "past_code",
        "firm",
        "wish",
        "asserts",
        "ignores",
        "source",
        "date",
        "also",
        "time",
    }
)


class RulebookError(ValueError):
    """A file of rules that cannot be used: the message names the file, the key and the reason."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Cue:
    """A way of saying something that carries an indicator, as the rule files have it.

    `firm` cues mean the same when they hold a negation or a wish word around them; `signals` feed
    the gates of the levels; `needed` are codes or signals without which the cue says nothing.
    """

    id: str
    code: Indicator | None
    means: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...]
    needed: frozenset[str]
    barred: frozenset[str]
    signals: frozenset[str]
    also: tuple[Indicator, ...]
    past_code: Indicator | None
    firm: bool
    time: str
    asserts: tuple[str, ...]
    ignores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marker:
    """Words that change how the cues near them are to be read."""

    kind: str
    patterns: tuple[str, ...]
    reason: str


def read_toml(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RulebookError(name, "file", "is missing") from None
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise RulebookError(name, "file", f"cannot be read: {reason}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulebookError(name, "file", f"is not valid TOML: {error}") from None


def toml_names(folder: Path, subfolder: str) -> list[str]:
    found = sorted(f"{subfolder}/{path.name}" for path in (folder / subfolder).glob("*.toml"))
    if not found:
        raise RulebookError(subfolder, "folder", "holds no TOML file")
    return found


def content_hash(folder: Path) -> str:
    """A short hash of all files of rules and of what was learned, in order of name."""
    digest = hashlib.sha256()
    for subfolder in ("lexicon", "rules", "weights"):
        for path in sorted((folder / subfolder).iterdir()):
            if path.suffix in {".toml", ".tsv", ".txt"}:
                digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:10]


def read_cues(folder: Path) -> Iterator[Cue]:
    seen: set[str] = set()
    for name in toml_names(folder, "rules"):
        listed = read_toml(folder, name)
        cues = listed.get("cue", [])
        for key in ("source", "date"):
            if cues and not isinstance(listed.get(key), str):
                raise RulebookError(
                    name, key, "is missing: where do these ways of saying come from?"
                )
        for number, entry in enumerate(cues):
            cue = _cue(entry, name, f"cue[{number}]")
            if cue.id in seen:
                raise RulebookError(name, cue.id, "this id is used twice")
            seen.add(cue.id)
            yield cue


def _cue(entry: Mapping[str, Any], name: str, where: str) -> Cue:
    where = str(entry.get("id", where))
    for key in ("id", "means"):
        if not isinstance(entry.get(key), str):
            raise RulebookError(name, where, f"{key!r} is missing")
    unknown = entry.keys() - _CUE_KEYS
    if unknown:
        raise RulebookError(name, where, f"unknown key {min(unknown)!r}")
    if not entry.get("patterns") and not entry.get("together"):
        raise RulebookError(name, where, "has neither patterns nor together")
    return Cue(
        id=where,
        code=_indicator(entry.get("code"), name, where),
        means=entry["means"],
        patterns=_all_patterns(entry, name, where),
        unless=_texts(entry, "unless", name, where),
        needed=frozenset(_texts(entry, "with", name, where)),
        barred=frozenset(_texts(entry, "without", name, where)),
        signals=frozenset(_texts(entry, "signals", name, where)),
        also=tuple(
            code
            for text in _texts(entry, "also", name, where)
            if (code := _indicator(text, name, where)) is not None
        ),
        past_code=_indicator(entry.get("past_code"), name, where),
        firm=bool(entry.get("firm", False)),
        time=str(entry.get("time", "")),
        asserts=_texts(entry, "asserts", name, where),
        ignores=_texts(entry, "ignores", name, where),
    )


def _all_patterns(entry: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    patterns = list(_texts(entry, "patterns", name, where))
    for parts in entry.get("together", []):
        patterns += together(parts, int(entry.get("within", 14)))
    return tuple(patterns)


def _texts(entry: Mapping[str, Any], key: str, name: str, where: str) -> tuple[str, ...]:
    texts = entry.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RulebookError(name, where, f"{key!r} must be a list of texts")
    return tuple(texts)


def _indicator(code: object, name: str, where: str) -> Indicator | None:
    if code is None:
        return None
    try:
        return Indicator(str(code))
    except ValueError:
        raise RulebookError(name, where, f"{code!r} is no indicator") from None


def read_markers(folder: Path) -> Iterator[Marker]:
    name = "lexicon/context.toml"
    for number, entry in enumerate(read_toml(folder, name).get("marker", [])):
        where = f"marker[{number}]"
        kind = entry.get("kind")
        if kind not in MARKER_KINDS:
            raise RulebookError(name, where, f"{kind!r} is no kind of marker")
        yield Marker(kind, _texts(entry, "patterns", name, where), str(entry.get("reason", "")))

"""What a setting may look like. A refusal says what is expected and never what was given."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

PREFIX: Final = "POINT_ECOUTE_"
# What a command reads beside the settings, and what `serve` hands to its own processes.
TYPED_SECRETS: Final = ("RECOVERY_KEY", "NEW_PASSWORD")
OTHER_NAMES: Final = (*TYPED_SECRETS, "DOOR", "BESIDE", "INTERNAL")
_LIKE_OURS: Final = re.compile(r"POINTS?_?EC+OUTE?S?_?(\w*)")
_ALIKE: Final = 0.6

_POSTGRESQL: Final = "postgresql+asyncpg"
_SQLITE: Final = "sqlite+aiosqlite"
_DATABASE_FORM: Final = f"expected {_POSTGRESQL}://USER:PASSWORD@HOST:5432/DATABASE"
_ESCAPE: Final = "is a / ? # @ or % of the password written as %2F %3F %23 %40 %25?"
_ASYNCPG_OPTIONS: Final = frozenset(
    {
        "host", "port", "user", "ssl", "passfile", "timeout", "command_timeout", "direct_tls",
        "target_session_attrs", "statement_cache_size", "prepared_statement_cache_size",
    }
)  # fmt: skip


def database_address(value: str) -> str:
    """Raise ValueError where nothing could be opened under this address."""
    scheme, _, rest = value.partition("://")
    if scheme == _SQLITE:
        if not rest.startswith("/") or len(rest) < len("/x"):
            raise ValueError(f"expected {_SQLITE}:////absolute/path.db")
        return value
    if scheme != _POSTGRESQL:
        raise ValueError(_DATABASE_FORM)
    parts = split(value, _DATABASE_FORM)
    if len(parts.path) < len("/x"):
        raise ValueError(f"names no database: {_DATABASE_FORM}")
    options = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if "sslmode" in options:
        raise ValueError("sslmode is another driver's option: write ssl=require, for example")
    if unknown := sorted(options - _ASYNCPG_OPTIONS):
        raise ValueError(f"unknown option after the ?: {', '.join(map(_shown, unknown))}")
    if not parts.hostname and "host" not in options:
        raise ValueError(f"names no host: {_DATABASE_FORM}")
    return value


def redis_address(value: str) -> str:
    form = "expected redis://USER:PASSWORD@HOST:6379/0 (rediss:// with TLS)"
    parts = split(value, form)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise ValueError(form)
    if parts.scheme != "unix" and not parts.hostname:
        raise ValueError(f"names no host: {form}")
    if parts.scheme != "unix" and not re.fullmatch(r"/?\d{0,5}", parts.path):
        raise ValueError(f"its database is a number: {form}")
    return value


def web_address(value: str) -> str:
    form = "expected an address like https://ecoute.example.org"
    parts = split(value, form)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", value):
        raise ValueError(form)
    if parts.username or parts.query or parts.fragment:
        raise ValueError(f"{form}, and nothing before or after it")
    return value


def gateway_address(value: str) -> str:
    """May hold a key: what a gateway asks for."""
    form = "expected an address like https://gateway.example.org/send"
    parts = split(value, form)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", value):
        raise ValueError(form)
    return value


def mail_server(value: str) -> str:
    form = "expected smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465"
    parts = split(value, form)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError(form)
    return value


def split(value: str, form: str) -> SplitResult:
    """The parts of an address; ValueError with its expected form, not with what was given."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError(f"the port is no number, or {_ESCAPE} {form}") from None
    if "@" in parts.path or "@" in parts.query or "@" in parts.fragment:
        raise ValueError(f"{_ESCAPE} {form}")
    return parts


def unknown_names(
    environment: Iterable[str], known: Collection[str]
) -> tuple[list[str], list[str]]:
    """(misspelt, unknown): variables that look like ours and are none, one line each."""
    ours = {f"{PREFIX}{name}" for name in known}
    misspelt, unknown = [], []
    for variable in sorted(set(environment) - ours):
        found = _LIKE_OURS.fullmatch(variable.upper())
        if found is None or variable.upper() in ours:
            continue
        near = difflib.get_close_matches(found[1], known, 1, _ALIKE)
        if near:
            misspelt.append(f"{variable}: no such setting; did you mean {PREFIX}{near[0]}?")
        else:
            unknown.append(f"{variable}: no such setting: it does nothing")
    return misspelt, unknown


def not_utf8(environment: Mapping[str, str], names: Iterable[str]) -> list[str]:
    """A value whose bytes are no UTF-8 arrives with half characters, and fails much later."""
    return [
        f"{variable}: is not UTF-8: set it again in a terminal, or a file, in UTF-8"
        for variable in (f"{PREFIX}{name}" for name in names)
        if any("\ud800" <= letter <= "\udfff" for letter in environment.get(variable, ""))
    ]


def _shown(option: str) -> str:
    """An option's name; what is no name might be a piece of a password."""
    return option if re.fullmatch(r"[a-z_]{1,40}", option) else "(something)"

"""Read a listening point's TOML files; a mistake is one line: file, key, reason, remedy."""

import difflib
import os
import tomllib
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

T = TypeVar("T")

# pydantic's own words for what operators meet most.
_REASONS: Final = {
    "missing": "is required, and missing",
    "string_type": "must be a string: a text in quotes",
    "int_type": "must be a whole number",
    "tuple_type": "must be a list in [brackets]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "date_type": "must be a date like 2026-12-24, without quotes",
    "date_from_datetime_parsing": "must be a date like 2026-12-24, without quotes",
    "string_too_short": "is empty: at least 1 letter is needed",
}


def read_toml(path: Path, kind: type[T] | Any, problems: list[str]) -> T | None:  # noqa: ANN401
    """What the file says, in the shape of `kind`; None with lines in `problems` where it cannot."""
    text = _text(path, problems)
    if text is None:
        return None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path}: not readable as TOML: {error}{_line(text, str(error))}")
        return None
    if not content:
        problems.append(f"{path}: is empty: put back the file of the installation or of a backup")
        return None
    try:
        found: T = TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        problems += [_line_of(path, dict(one), kind) for one in error.errors()]
        return None
    return found


def _text(path: Path, problems: list[str]) -> str | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        problems.append(f"{path}: missing: {_why_missing(path.parent)}")
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        problems.append(f"{path}: not readable: {reason}")
    else:
        try:
            # Some editors put a mark before the first letter: it says nothing.
            return raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            problems.append(
                f"{path}: not readable: line {line} is not UTF-8: save the file as UTF-8"
            )
    return None


def _why_missing(folder: Path) -> str:
    if folder.is_dir():
        return "every listening point has this file"
    return f"there is no folder {folder}: does POINT_ECOUTE_LISTENING_POINT name the right one?"


def _line(text: str, reason: str) -> str:
    """The parser names the line but at the end of the file."""
    if "at line" in reason:
        return ""
    return f" (the file has {text.count(chr(10)) + 1} lines)"


def _line_of(path: Path, error: dict[str, Any], kind: Any) -> str:  # noqa: ANN401
    location = error["loc"]
    key = ".".join(map(str, location)) or "(file)"
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(location[-1]), sorted(_keys(kind, location[:-1])), 1)
        hint = f": did you mean {near[0]}?" if near else ""
        return f"{path}: {key}: is not permitted: this file has no such key{hint}"
    reason = _REASONS.get(error["type"], error["msg"].removeprefix("Value error, "))
    return f"{path}: {key}: {reason}"


def _keys(kind: Any, location: tuple[Any, ...]) -> set[str]:  # noqa: ANN401
    """The keys that may stand at this place of the file."""
    if location and (isinstance(location[0], int) or get_origin(kind) is dict):
        inner = get_args(kind)[-1] if get_origin(kind) is dict else kind
        return _keys(inner, location[1:])
    for model in _models(kind):
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if not location:
            return set(fields)
        if location[0] in fields:
            return _keys(fields[location[0]].annotation, location[1:])
    return set()


def _models(kind: Any) -> list[type[BaseModel]]:  # noqa: ANN401
    """The models in an annotation: itself, or in a tuple, a dict or a union."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    if get_origin(kind) in {Annotated, Union, UnionType, tuple, dict, list}:
        return [model for part in get_args(kind) for model in _models(part)]
    return []

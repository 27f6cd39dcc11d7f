"""Posters and codes whose address (`t.me/…?start=CODE`) says where somebody came from."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dispatch.toml_files import read_toml


class Origin(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    # What Telegram takes behind `start=`.
    code: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    name: str = Field(min_length=1)
    since: date


class _Origins(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: tuple[Origin, ...]

    @model_validator(mode="after")
    def once_each(self) -> "_Origins":
        codes = [one.code for one in self.origin]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"these origins stand twice: {', '.join(twice)}")
        return self


def load_origins(path: Path, problems: list[str]) -> Mapping[str, Origin]:
    """By their code; a listening point without the file counts none."""
    if not path.exists():
        return {}
    read: _Origins | None = read_toml(path, _Origins, problems)
    return {one.code: one for one in read.origin} if read else {}

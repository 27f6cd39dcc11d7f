"""The information cards of a listening point: one file a language, the same topics in each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from dispatch.toml_files import read_toml
from runtime.errors import SettingsError

LONGEST_CARD: Final = 1_200
_REFERENCE: Final = "fr"


@dataclass(frozen=True, slots=True)
class Card:
    topic: str
    title: str
    text: str


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=30)
    text: str = Field(min_length=1, max_length=LONGEST_CARD)


def load_cards(folder: Path, *, values: Iterable[str]) -> Mapping[str, tuple[Card, ...]]:
    """Cards by language; SettingsError lists file, topic and reason of each mistake.

    `values` are the names that may stand in braces: numbers, their hours and links.
    """
    problems: list[str] = []
    known = frozenset(values)
    cards = {path.stem: _read(path, known, problems) for path in sorted(folder.glob("*.toml"))}
    if _REFERENCE not in cards:
        problems.append(f"{folder / _REFERENCE}.toml: missing")
    else:
        topics = [card.topic for card in cards[_REFERENCE]]
        for language, listed in cards.items():
            if [card.topic for card in listed] != topics:
                problems.append(f"{folder / language}.toml: other topics than in {_REFERENCE}.toml")
    if problems:
        raise SettingsError(problems)
    return cards


def _read(path: Path, known: frozenset[str], problems: list[str]) -> tuple[Card, ...]:
    entries: dict[str, _Entry] | None = read_toml(path, dict[str, _Entry], problems)
    if entries is None:
        return ()
    for topic, entry in entries.items():
        if unknown := _places(entry.text) - known:
            problems.append(f"{path}: {topic}: nothing is called {', '.join(sorted(unknown))}")
    return tuple(Card(topic, e.title, e.text.strip()) for topic, e in entries.items())


def _places(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"a lone brace"}

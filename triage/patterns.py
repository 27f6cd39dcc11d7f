"""Patterns over word classes, and how they are found in a text.

A pattern is written as an educator would read it aloud: `<man> .. <takes> .. <money>`.

- `word` is that word; `enferm*` every word that begins so; `<class>` a word class of the lexicon;
  `en_finir` those words in a row; `a|<b>` either; `?a` may be missing.
- Two parts side by side must follow each other, fillers such as « trop » aside.
- `..` lets up to 4 words of the same clause lie between them (`..7`: up to 7).
- `...` up to 8 words of the same sentence, other clauses included (`...12`).
- `>>` up to 25 words, other sentences included (`>>40`).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Final

from triage.clauses import Clauses

_GAP: Final = re.compile(r"(\.\.\.|\.\.|>>)(\d*)")
_USUAL_GAP: Final = {"..": 4, "...": 8, ">>": 25}
_CLAUSE, _SENTENCE, _TEXT = 0, 1, 2
# From this width on a gap of one clause may span several: texts have few commas.
_WIDE: Final = 6
_ELISION: Final = re.compile(r"\b(qu|jusqu|lorsqu|puisqu|[jldmtsnc])'")
FULL_FORMS: Final = {
    "j": "je", "l": "le", "d": "de", "m": "me", "t": "te", "s": "se", "n": "ne", "c": "ce",
    "qu": "que", "jusqu": "jusque", "lorsqu": "lorsque", "puisqu": "puisque",
}  # fmt: skip
_REACH: Final = {"..": _CLAUSE, "...": _SENTENCE, ">>": _TEXT}

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a pattern: a class, and how far behind the part before it may lie."""

    class_id: int
    gap: int
    reach: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern. `owner` is the number of the entry it belongs to.

    `needed` has one bit for each class that must be somewhere in the text.

    `denies` says that a negation is part of it: « il me laisse pas sortir » is not denied by it.
    """

    owner: int
    first: int
    steps: tuple[Step, ...]
    needed: int
    denies: bool


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why."""


def together(parts: Sequence[str], within: int) -> list[str]:
    """Patterns for parts that stand near each other in any order."""
    return [f" >>{within} ".join(order) for order in permutations(parts)]


def parse(written: str, class_of: Callable[[str], int]) -> list[tuple[int, tuple[Step, ...]]]:
    """Read a written pattern; optional parts give several. `class_of` numbers each part."""
    choices: list[list[tuple[str | None, str]]] = []
    gap = ""
    for part in _parts(written):
        if _GAP.fullmatch(part):
            if gap or not choices:
                raise PatternError(f"a gap must stand between two parts: {written!r}")
            gap = part
            continue
        optional = part.startswith("?")
        name = part.removeprefix("?")
        choices.append([(name, gap), (None, gap)] if optional else [(name, gap)])
        gap = ""
    if gap or not choices:
        raise PatternError(f"a pattern must end with a part: {written!r}")
    return [_compile(chosen, class_of) for chosen in product(*choices) if any(n for n, _ in chosen)]


def _parts(written: str) -> list[str]:
    """« c'est » is two parts; within a choice it is one, of two words."""
    parts: list[str] = []
    for part in written.split():
        if "|" in part:
            parts.append(part.replace("'", "_"))
        else:
            full = _ELISION.sub(lambda match: FULL_FORMS[match[1]] + " ", part)
            parts += full.replace("'", " ").split()
    return parts


def _compile(
    chosen: Sequence[tuple[str | None, str]], class_of: Callable[[str], int]
) -> tuple[int, tuple[Step, ...]]:
    numbered: list[Step] = []
    waiting = ""
    for name, gap in chosen:
        waiting = max(waiting, gap, key=_gap_width)
        if name is None:
            continue
        match = _GAP.fullmatch(waiting)
        kind, width = match.groups() if match else ("..", "0")
        gap_width = int(width) if width else _USUAL_GAP[kind]
        reach = _SENTENCE if kind == ".." and gap_width >= _WIDE else _REACH[kind]
        numbered.append(Step(class_of(name), gap_width, reach))
        waiting = ""
    return numbered[0].class_id, tuple(numbered[1:])


def _gap_width(gap: str) -> tuple[int, int]:
    match = _GAP.fullmatch(gap)
    if match is None:
        return (-1, 0)
    return (_REACH[match[1]], int(match[2] or _USUAL_GAP[match[1]]))


def find(pattern: Pattern, spans: Callable[[int], Spans], clauses: Clauses) -> Spans:
    """Return where the pattern stands, as spans of words, in order and without doubles.

    Each step keeps one best start for each place it may have reached, so the work grows with the
    length of the text and not with the number of ways to match.
    """
    reached: dict[int, int] = {}
    for start, end in spans(pattern.first):
        if reached.get(end, -1) < start:
            reached[end] = start
    for step in pattern.steps:
        reached = _advance(reached, step, spans(step.class_id), clauses)
        if not reached:
            return []
    return [(start, end) for end, start in reached.items()]


def _advance(
    reached: dict[int, int], step: Step, candidates: Spans, clauses: Clauses
) -> dict[int, int]:
    places = clauses.places
    # Without a limit of its own each step may look at its gap's worth of words, no more.
    after: dict[int, int] = {}
    for end, start in reached.items():
        limit = places[end] + step.gap
        numbers = None
        if step.reach == _CLAUSE:
            numbers = clauses.clause
        elif step.reach == _SENTENCE:
            numbers = clauses.sentence
        index = bisect_left(candidates, (end, 0))
        while index < len(candidates):
            next_start, next_end = candidates[index]
            if places[next_start] > limit:
                break
            if numbers is not None and numbers[next_start] != numbers[end - 1]:
                break
            if after.get(next_end, -1) < start:
                after[next_end] = start
            index += 1
    return after

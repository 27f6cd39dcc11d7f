"""Lay the lines of a text out again as sentences: a line end is no sentence end by itself.

Mail programs break lines where the next word would not fit. So a line end counts as one that the
writer meant where the next word would have fitted, behind an empty line, and before a list item
or the time of a next message; everywhere else the sentence goes on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from triage.place_names import fold
from triage.signs import Plain
from triage.wordsets import word_set

# What mail programs break at: 60 to 80 signs a line. A longer line shows that none did.
_NARROWEST: Final = 50
_WIDEST: Final = 80
# A narrower column is believed where this many line ends, all of them, agree with it.
_ENOUGH: Final = 2
_LONG_WORD: Final = 30
_NEVER: Final = 1_000_000
_ENDED: Final = re.compile(r"[.?!][\"'»)\] ]*\Z")
_BULLET: Final = re.compile(r"[*•·‣▪◦]")
_ITEM: Final = re.compile(r"(?:[*•·‣▪◦]|- |\d{1,2}[.)] |[a-z]\) )")
_NEXT_MESSAGE: Final = re.compile(r"\[?\d{1,2}[/.:h-]\d{1,2}\b[^\n]{0,30}?[\]:-]")
_HYPHENATED: Final = re.compile(r"[^\W\d_]-\Z")
# Words that no French sentence ends with, whoever writes it and wherever the line ends.
_UNFINISHED: Final = word_set(
    "de du des le les un une mon ma mes ton tes son ses notre ce cet cette au aux dans chez "
    "entre que et mais car je j tu il ils ne qu d l m n"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of `Plain.text`, without its end; `gap` where an empty line stands before it."""

    start: int
    end: int
    gap: bool = False


def lines_of(plain: Plain) -> list[Line]:
    """The lines of a text that are not empty."""
    found: list[Line] = []
    start, gap = 0, False
    for written in plain.text.split("\n"):
        if written:
            found.append(Line(start, start + len(written), gap))
        gap = not written
        start += len(written) + 1
    return found


def joined(plain: Plain, lines: Sequence[Line]) -> Plain:
    """These lines as one text, with a line end only where the writer meant one."""
    texts = [plain.text[line.start : line.end] for line in lines]
    limits = _limits(lines, texts)
    pieces: list[tuple[int, int, str | None]] = []
    for number, line in enumerate(lines):
        end, joint = line.end, "\n"
        if number + 1 < len(lines):
            after = lines[number + 1]
            if not after.gap:
                joint = _joint(texts[number], texts[number + 1], limits[number])
            end -= joint == "" and texts[number].endswith("=")
            pieces += [(line.start, end, None), (end, after.start, joint)]
        else:
            pieces.append((line.start, end, None))
    return plain.cut(pieces)


def _limits(lines: Sequence[Line], texts: Sequence[str]) -> list[int]:
    """For each line how long it may be with the next word: beyond, its end is the program's."""
    widths = [len(text) for text in texts if len(text) <= _WIDEST or " " in text]
    widest = max(widths, default=0)
    if _NARROWEST <= widest <= _WIDEST:
        return [widest] * len(lines)
    limits = [_NEVER] * len(lines)
    start = 0
    for end in (*(n for n, line in enumerate(lines) if line.gap and n), len(lines)):
        block = range(start, end)
        width = max((len(texts[number]) for number in block), default=0)
        full = [_length(texts[a], texts[b]) > width for a, b in pairwise(block)]
        if len(full) >= _ENOUGH and all(full):
            for number in block:
                limits[number] = width
        start = end
    return limits


def _length(before: str, after: str) -> int:
    return len(before) + 1 + len(after.split(" ", 1)[0])


def _joint(before: str, after: str, limit: int) -> str:
    """What stands for the end of a line: a line end that was meant, a blank, or nothing."""
    if _NEXT_MESSAGE.match(after) or _is_item(before, after):
        return "\n"
    if _ENDED.search(before):
        return " "
    full = _length(before, after) > limit
    if before.endswith("=") and len(before) >= _NARROWEST:
        return ""
    if _HYPHENATED.search(before) and after[0].isalpha():
        return ""
    if full or _is_unfinished(before):
        return " "
    return "\n"


def _is_item(before: str, after: str) -> bool:
    """A dash or a number in front may also be what a program's line happens to begin with."""
    if _ITEM.match(after) is None:
        return False
    return before.endswith(":") or bool(_BULLET.match(after) or _ITEM.match(before))


def _is_unfinished(line: str) -> bool:
    words = fold(line[-_LONG_WORD:]).split()
    return bool(words) and line[-1] not in ",;:)" and words[-1] in _UNFINISHED

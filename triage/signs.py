"""One form for the many signs that Word, telephones and keyboards put for the same letter.

Whatever is compared or judged goes through here once: texts before triage, places, receipts,
codes. What is kept and shown stays as the person wrote it, so each sign knows where it was.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final


def _characters(*ranges: tuple[int, int]) -> list[str]:
    return [chr(code) for low, high in ranges for code in range(low, high + 1)]


def _class(*ranges: tuple[int, int]) -> str:
    return (
        "[" + "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in ranges) + "]"
    )


_BLANKS: Final = "\t\u00a0\u1680\u202f\u205f\u2800\u3000" + "".join(_characters((0x2000, 0x200A)))
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d\u2e3a\u2e3b"
_APOSTROPHES: Final = (
    "\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02c8\u2032\u2035\u0060\u00b4\uff07"
)
_QUOTES: Final = "\u201c\u201d\u201e\u201f\u2033\u2036\uff02"
_LINE_ENDS: Final = "\r\u000b\u000c\u001c\u001d\u001e\u0085\u2028\u2029"
_ONE_FOR_ONE: Final = str.maketrans(
    dict.fromkeys(_BLANKS, " ")
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys(_QUOTES, '"')
    | dict.fromkeys(_LINE_ENDS, "\n")
    | {"\u2026": ".", "\u2024": "."}
)
# Controls, soft hyphens, joiners, direction marks, variation selectors, tags, fillers.
_INVISIBLE: Final = (
    (0x00, 0x08), (0x0E, 0x1B), (0x1F, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD),
    (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)  # fmt: skip
# Letters in another dress: long s, letterlike signs, ligatures, Arabic forms, wide and
# mathematical letters.
_DRESSED: Final = (
    (0x13F, 0x140), (0x149, 0x149), (0x17F, 0x17F), (0x1C4, 0x1CC), (0x2100, 0x2101),
    (0x2105, 0x2106), (0x210A, 0x2115), (0x2119, 0x211D), (0x2124, 0x2124), (0x2126, 0x2126),
    (0x2128, 0x2128), (0x212A, 0x212D), (0x212F, 0x2131), (0x2133, 0x2139), (0x2460, 0x24EA),
    (0xFB00, 0xFB06), (0xFB50, 0xFDFB), (0xFE70, 0xFEFC), (0xFF01, 0xFF60), (0x1D400, 0x1D7FF),
)  # fmt: skip
_MARKS: Final = "".join(
    chr(code) for code in (*range(0x300, 0x1000), *range(0x1AB0, 0x2100), 0x3099, 0x309A)
    if unicodedata.combining(chr(code))
)  # fmt: skip
_PASSES: Final[tuple[tuple[re.Pattern[str], Callable[[str], str]], ...]] = (
    (re.compile(_class(*_INVISIBLE) + "+"), lambda _: ""),
    (re.compile(_class(*_DRESSED)), lambda sign: unicodedata.normalize("NFKC", sign)),
    (re.compile(f"[^\\s{_MARKS}][{_MARKS}]+"), lambda signs: unicodedata.normalize("NFC", signs)),
    (re.compile(r"\r\n"), lambda _: "\n"),
)
# Autocorrection makes one sign of « ... » and « -- ».
_RUN: Final = re.compile(r"\.{2,}|-{2,}|(?<=[^\n]) {2,}(?=[^ \n])")
_MARGIN: Final = re.compile(r"^ +| +$", re.MULTILINE)
_ODD: Final = re.compile("[^ -~\n]")
# What could make a page show other words than it holds, or that no database takes.
_UNSHOWABLE: Final = re.compile(
    _class(
        (0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F), (0x202A, 0x202E), (0x2066, 0x206F)
    )
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in plain signs. Sign `i` was written at `starts[i]` to before `ends[i]`.

    Without lists every sign is where it was.
    """

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Where the signs from `start` to before `end` were written."""
        if self.starts is None or self.ends is None:
            return start, end
        if start == end:
            place = self.starts[start] if start < len(self.starts) else (self.ends or [0])[-1]
            return place, place
        return self.starts[start], self.ends[end - 1]

    def cut(self, pieces: Iterable[tuple[int, int, str | None]]) -> "Plain":
        """Only these pieces, one behind the other: as they are, or another word in their place."""
        texts: list[str] = []
        starts: list[range | list[int]] = []
        ends: list[range | list[int]] = []
        for start, end, instead in pieces:
            if instead is None:
                texts.append(self.text[start:end])
                starts.append(self._starts(start, end))
                ends.append(self._ends(start, end))
            elif instead:
                first, last = self.written(start, end)
                texts.append(instead)
                starts.append([first] * len(instead))
                ends.append([last] * len(instead))
        return Plain("".join(texts), [*chain(*starts)], [*chain(*ends)])

    def _starts(self, start: int, end: int) -> range | list[int]:
        return range(start, end) if self.starts is None else self.starts[start:end]

    def _ends(self, start: int, end: int) -> range | list[int]:
        return range(start + 1, end + 1) if self.ends is None else self.ends[start:end]


def plain(text: str) -> Plain:
    """Give a text in plain signs: one kind of blank, dash, quote and line end, composed letters."""
    found = Plain(text)
    if _ODD.search(text) is not None:
        for pattern, instead in _PASSES:
            found = _rewritten(found, pattern, instead)
        found = Plain(found.text.translate(_ONE_FOR_ONE), found.starts, found.ends)
    return _rewritten(_rewritten(found, _MARGIN, lambda _: ""), _RUN, lambda run: run[0])


def showable(text: str) -> str:
    """What a person wrote, without the signs that could make a page show something else."""
    return _UNSHOWABLE.sub("", text)


def _rewritten(found: Plain, pattern: re.Pattern[str], instead: Callable[[str], str]) -> Plain:
    pieces: list[tuple[int, int, str | None]] = []
    done = 0
    for match in pattern.finditer(found.text):
        if (new := instead(match.group())) != match.group():
            pieces += [(done, match.start(), None), (*match.span(), new)]
            done = match.end()
    return found.cut([*pieces, (done, len(found.text), None)]) if pieces else found

"""Pure: a message as safe HTML in which the words that carry the assessment are marked.

Whatever the spans, the text of the result is the message, character for character, and nothing of
the message is ever markup: a web address in it stays text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from runtime.i18n import Texts
from triage.assessment import Assessment
from triage.vocabulary import FindingStatus

PLACE: Final = "place"
# The first that is there gives a stretch its look: a fact must not hide under what was set aside.
_LOOKS: Final = (*FindingStatus, PLACE)


@dataclass(frozen=True, slots=True)
class Mark:
    """One stretch to mark: its look, its number in the list beside the text, and what it names."""

    start: int
    end: int
    look: str
    number: int | None
    name: str = field(repr=False)


def marks_of(assessment: Assessment, texts: Texts) -> tuple[Mark, ...]:
    """The findings, numbered in the order of the text, and the places without a number."""
    ordered = sorted(assessment.findings, key=lambda f: (f.start, f.end, f.indicator))
    findings = [
        Mark(
            finding.start,
            finding.end,
            finding.status,
            number,
            texts(
                "mark.title",
                name=texts(f"indicator.{finding.indicator}"),
                status=texts(f"status.{finding.status}"),
            ),
        )
        for number, finding in enumerate(ordered, start=1)
    ]
    places = [
        Mark(place.start, place.end, PLACE, None, texts("mark.place", name=place.name))
        for place in assessment.places
    ]
    return (*findings, *places)


def highlight(text: str, marks: Iterable[Mark]) -> Markup:
    """The text with its marks; overlapping ones are cut where they begin and end."""
    fitting = [_within(mark, len(text)) for mark in marks]
    there = [mark for mark in fitting if mark.start < mark.end]
    cuts = sorted({0, len(text)} | {m.start for m in there} | {m.end for m in there})
    parts = [
        _stretch(text[start:end], end, [m for m in there if m.start <= start and end <= m.end])
        for start, end in pairwise(cuts)
    ]
    return Markup("").join(parts)


def _within(mark: Mark, length: int) -> Mark:
    """A span that a faulty rule set outside the text marks what of it is inside."""
    start, end = max(0, min(mark.start, length)), max(0, min(mark.end, length))
    return Mark(start, end, mark.look, mark.number, mark.name)


def _stretch(words: str, end: int, marks: Sequence[Mark]) -> Markup:
    if not marks:
        return escape(words)
    look = min((mark.look for mark in marks), key=_LOOKS.index)
    # Shown by the style sheet, so that the numbers are no part of the text.
    ending = " ".join(str(m.number) for m in marks if m.end == end and m.number is not None)
    names = " ; ".join(dict.fromkeys(mark.name for mark in marks))
    return Markup('<mark class="is-{}" data-n="{}" title="{}">{}</mark>').format(
        look, ending, names, words
    )

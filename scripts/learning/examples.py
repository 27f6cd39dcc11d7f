"""The labelled examples as rows of clue counts, passage by passage."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import scipy.sparse as sp

from runtime.settings import PROJECT_ROOT
from triage.clues import (
    is_setting,
    passages_of,
    pieces_of,
    place_clue,
    rule_clues,
    topic_clues,
    word_clues,
)
from triage.engine import judge_text
from triage.evaluate import LabelledSignal, read_corpus
from triage.rulebook import Rulebook
from triage.rulefiles import OWN_FOLDER
from triage.vocabulary import Indicator
from triage.weighing import ABOVE_LOW, DAMPING, HEAD_OF, HEADS

FOLDER = PROJECT_ROOT / "corpora" / "learn"
# A clue met in fewer texts than this is chance.
FEWEST_TEXTS = 3
UNLABELLED = -1
RULES = "say-rules"

Matrix = Any  # scipy's matrices and numpy's arrays, whose types say nothing here
Array = Any


@dataclass(frozen=True)
class Examples:
    """All passages of all labelled texts.

    Of row `i` of `rows`, `owner[i]` is the text. `truth[text, head]` is what is asserted, `level`
    the rank of the level or UNLABELLED, `writer` the name of the file.
    `marked[i, head]` is 1 where a quote is marked as saying it in row `i`, 0 where it is marked in
    another row of the text, and -1 where none is marked. `asked[text, head]` is false where the
    label is not known: an example of a rule is labelled for that rule's indicator alone.
    """

    rows: Matrix
    owner: Array
    truth: Array
    level: Array
    writer: Array
    names: list[str]
    marked: Array
    asked: Array
    signals: list[LabelledSignal]


def learned_from() -> str:
    """A short hash of what the weights are made from: examples, and the rules that read them."""
    digest = hashlib.sha256()
    rules = [OWN_FOLDER.glob(f"{folder}/*.t*") for folder in ("lexicon", "rules")]
    for path in sorted(chain(FOLDER.glob("*.jsonl"), *rules)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def read_examples(rulebook: Rulebook) -> Examples:
    """Turn every labelled text, and every example of a rule, into clues."""
    signals: list[LabelledSignal] = []
    writer: list[str] = []
    counted: list[list[Counter[str]]] = []
    marked: list[list[int]] = []
    for path in sorted(FOLDER.glob("*.jsonl")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for signal, line in zip(read_corpus(lines), lines, strict=True):
            counts, marks = clue_counts(signal.text, _quotes(json.loads(line)), rulebook)
            counted.append(counts)
            marked += marks
            signals.append(signal)
            writer.append(path.stem)
    truth = [_truth(signal) for signal in signals]
    asked = [[True] * len(HEADS) for _ in signals]
    level = [signal.level.rank for signal in signals]
    for code, text, said in _rule_examples(rulebook):
        counts, marks = clue_counts(text, {}, rulebook)
        counted.append(counts)
        marked += marks
        truth.append([said] * len(HEADS))
        asked.append([head == HEAD_OF[code] for head in range(len(HEADS))])
        level.append(UNLABELLED)
        writer.append(RULES)
    met = Counter(clue for passages in counted for clue in set().union(*map(set, passages)))
    names = sorted(clue for clue, number in met.items() if number >= FEWEST_TEXTS)
    rows, owner = matrix(counted, {name: place for place, name in enumerate(names)})
    return Examples(
        rows=rows,
        owner=owner,
        truth=np.array(truth),
        level=np.array(level),
        writer=np.array(writer),
        names=names,
        marked=np.array(marked, np.int8),
        asked=np.array(asked),
        signals=signals,
    )


def _rule_examples(rulebook: Rulebook) -> Iterator[tuple[Indicator, str, bool]]:
    """What must match a rule and what must not, as the rule files have it."""
    for cue in rulebook.cues:
        if cue.code is not None:
            yield from ((cue.code, text, True) for text in cue.asserts)
            yield from ((cue.code, text, False) for text in cue.ignores)


def _quotes(row: Mapping[str, Any]) -> dict[int, list[str]]:
    """The marked quotes of a text by head: `decides` is for levels, `says` for indicators."""
    quotes = {HEAD_OF[Indicator(code)]: said for code, said in row.get("says", {}).items()}
    decides = row.get("decides", [])
    return quotes | {head: decides for head in range(len(ABOVE_LOW)) if decides}


def clue_counts(
    text: str, quotes: Mapping[int, Sequence[str]], rulebook: Rulebook
) -> tuple[list[Counter[str]], list[list[int]]]:
    """The clues of each passage of a text, and for which heads it holds a marked quote."""
    words, clauses, judged = judge_text(text, rulebook)
    pieces = pieces_of(words.words, clauses)
    ruled = rule_clues(judged, pieces)
    of_piece = [
        {clue for clue, _, _ in word_clues(words.words, piece, rulebook.classes_of_words)}
        | {clue for clue, _, _ in clues}
        for piece, clues in zip(pieces, ruled, strict=True)
    ]
    ends = {head: [text.index(q) + len(q) for q in said] for head, said in quotes.items()}
    topics = topic_clues(words.words, pieces, rulebook.classes_of_words)
    counted, marked = [], []
    for first, last in passages_of(pieces):
        found = Counter([clue for clues in of_piece[first : last + 1] for clue in clues])
        counted.append(found | Counter([place_clue(pieces[first].start), *topics[last]]))
        start, end = words.starts[pieces[first].start], words.ends[pieces[last].end - 1]
        marks = [-1] * len(HEADS)
        for head, places in ends.items():
            marks[head] = int(any(start < place <= end + 1 for place in places))
        marked.append(marks)
    return counted or [Counter()], marked or [[-1] * len(HEADS)]


def _truth(signal: LabelledSignal) -> list[bool]:
    reached = [signal.level.rank >= level.rank for level in ABOVE_LOW]
    return reached + [code in signal.indicators for code in Indicator]


def matrix(
    counted: Sequence[Sequence[Counter[str]]], place_of: Mapping[str, int]
) -> tuple[Matrix, Array]:
    """The same damping as `triage.weighing` does: a test compares the two."""
    data: list[float] = []
    columns: list[int] = []
    ends, owner = [0], []
    # Where a passage stands, and in what text, is not one of its words: never damped.
    depths = {place for clue, place in place_of.items() if is_setting(clue)}
    for text, passages in enumerate(counted):
        for counts in passages:
            known = {place_of[clue]: n for clue, n in counts.items() if clue in place_of}
            scale = max(1, sum(n for p, n in known.items() if p not in depths)) ** -DAMPING
            columns += known
            data += [1.0 if place in depths else n * scale for place, n in known.items()]
            ends.append(len(columns))
            owner.append(text)
    shape = (len(owner), len(place_of))
    return sp.csr_matrix((data, columns, ends), shape=shape, dtype=np.float32), np.array(owner)

"""Minimal pairs: one small change, and the reading must change with it, or must not."""

import json
from collections import Counter
from pathlib import Path

from triage import assess, load_rulebook
from triage.vocabulary import Indicator

RULES = load_rulebook()
PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
]
SAME_READING = {"person", "spelling"}


def affirmed_is_seen(pair):
    return Indicator(pair["code"]) in assess(pair["affirmed"], RULES).indicators


def other_is_read_right(pair):
    """What the second text of a pair must give, by the kind of pair."""
    if pair["other"] is None:
        return True
    affirmed, other = assess(pair["affirmed"], RULES), assess(pair["other"], RULES)
    code = Indicator(pair["code"])
    if pair["kind"] in SAME_READING:
        return code in other.indicators
    if pair["kind"] == "past_is_lower":
        return other.level.rank < affirmed.level.rank
    return code not in other.indicators


def test_there_are_three_hundred_pairs_of_several_kinds():
    kinds = Counter(pair["kind"] for pair in PAIRS)

    assert len(PAIRS) >= 300
    assert set(kinds) >= {"negation", "time", "person", "idiom", "hypothesis", "pseudo_negation"}


def test_an_affirmed_danger_is_hardly_ever_suppressed():
    suppressed = [pair["id"] for pair in PAIRS if not affirmed_is_seen(pair)]

    assert len(suppressed) <= 0.02 * len(PAIRS), suppressed


def test_nearly_all_pairs_are_read_right():
    wrong = [p["id"] for p in PAIRS if not (affirmed_is_seen(p) and other_is_read_right(p))]

    assert len(wrong) <= 0.08 * len(PAIRS), wrong

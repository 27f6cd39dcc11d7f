"""Each entry of the rule files is defended by texts that match and texts that must not."""

import pytest

from triage import assess, load_rulebook
from triage.engine import judge_text

RULES = load_rulebook()
ASSERTED = [(cue.id, text) for cue in RULES.cues for text in cue.asserts]
IGNORED = [(cue.id, text) for cue in RULES.cues for text in cue.ignores]


def said_by_rules(text):
    return {item.code for item in judge_text(text, RULES)[2] if item.supports}


@pytest.mark.parametrize(("rule", "text"), ASSERTED)
def test_a_cue_matches_its_own_examples(rule, text):
    cue = next(cue for cue in RULES.cues if cue.id == rule)

    assert cue.code in said_by_rules(text) or cue.code is None


@pytest.mark.parametrize(("rule", "text"), IGNORED)
def test_a_cue_leaves_its_counter_examples_alone(rule, text):
    cue = next(cue for cue in RULES.cues if cue.id == rule)

    assert cue.code not in said_by_rules(text)


def test_the_weights_hardly_ever_contradict_the_examples_of_the_rules():
    codes = {cue.id: cue.code for cue in RULES.cues}
    asserted = [(codes[rule], text) for rule, text in ASSERTED if codes[rule]]
    ignored = [(codes[rule], text) for rule, text in IGNORED if codes[rule]]

    missed = [text for code, text in asserted if code not in assess(text, RULES).indicators]
    invented = [text for code, text in ignored if code in assess(text, RULES).indicators]

    assert len(missed) <= 0.01 * len(asserted), missed
    assert len(invented) <= 0.08 * len(ignored), invented

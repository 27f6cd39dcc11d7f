"""Each entry of the rule files is defended by texts that match and texts that must not."""

import pytest

from triage import Rulebook, assess, load_rulebook

RULES = load_rulebook()
ASSERTED = [(cue.id, text) for cue in RULES.cues for text in cue.asserts]
IGNORED = [(cue.id, text) for cue in RULES.cues for text in cue.ignores]


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return RULES


@pytest.mark.parametrize(("rule", "text"), ASSERTED)
def test_a_cue_matches_its_own_examples(rule, text, rulebook):
    cue = next(cue for cue in rulebook.cues if cue.id == rule)

    assert cue.code in assess(text, rulebook).indicators or cue.code is None


@pytest.mark.parametrize(("rule", "text"), IGNORED)
def test_a_cue_leaves_its_counter_examples_alone(rule, text, rulebook):
    cue = next(cue for cue in rulebook.cues if cue.id == rule)

    assert cue.code not in assess(text, rulebook).indicators

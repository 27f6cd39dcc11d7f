"""The files of what was learned: checked when read, and up to date with the examples."""

import json
import shutil
import tomllib

import numpy as np
import pytest

from runtime.settings import PROJECT_ROOT
from scripts.learning.examples import clue_counts, learned_from, matrix
from triage import RulebookError, load_rulebook
from triage.engine import judge_text
from triage.evaluate import read_corpus
from triage.learned import CLUES, LEVELS, read_weights
from triage.rulefiles import OWN_FOLDER
from triage.vocabulary import Level
from triage.weighing import HEADS, HUNDREDTHS, weigh

CORPORA = sorted((PROJECT_ROOT / "corpora").glob("*/*.jsonl"))


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(OWN_FOLDER / "weights", tmp_path / "weights")
    return tmp_path


def test_the_weights_are_those_of_the_examples_and_rules_that_are_here():
    kept = tomllib.loads((OWN_FOLDER / LEVELS).read_text(encoding="utf-8"))

    assert kept["learned_from"] == learned_from(), "run make learn"


def test_more_evidence_never_lowers_a_level():
    levels = read_weights(OWN_FOLDER).levels

    assert set(levels) == set(Level) - {Level.LOW}
    assert all(rule.adds.min() >= 0 for rule in levels.values())


def test_a_missing_file_says_what_to_do(folder):
    (folder / CLUES).unlink()

    with pytest.raises(RulebookError, match="make learn"):
        read_weights(folder)


def test_weights_of_other_indicators_are_refused(folder):
    lines = (folder / CLUES).read_text(encoding="utf-8").splitlines()
    (folder / CLUES).write_text("\n".join(["level:low debt", *lines[1:]]), encoding="utf-8")

    with pytest.raises(RulebookError, match="line 1"):
        read_weights(folder)


@pytest.mark.parametrize("written", ["clue\t3:x", "clue\t99:1", "clue\tx"])
def test_a_line_that_cannot_be_read_is_named(folder, written):
    lines = (folder / CLUES).read_text(encoding="utf-8").splitlines()
    (folder / CLUES).write_text("\n".join([*lines[:6], written]), encoding="utf-8")

    with pytest.raises(RulebookError, match="line 7"):
        read_weights(folder)


def test_a_weight_that_would_lower_a_level_is_refused(folder):
    path = folder / LEVELS
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"level:high" = ', '"level:high" = -', 1), encoding="utf-8")

    with pytest.raises(RulebookError, match="would lower"):
        read_weights(folder)


def test_a_missing_limit_is_named(folder):
    path = folder / LEVELS
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(x for x in lines if not x.startswith("weapon")), encoding="utf-8")

    with pytest.raises(RulebookError, match="weapon"):
        read_weights(folder)


def test_every_head_has_a_base():
    assert len(read_weights(OWN_FOLDER).bases) == len(HEADS)


@pytest.mark.parametrize("path", CORPORA, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_corpus_is_well_formed(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    rows = [json.loads(line) for line in lines]

    assert len(read_corpus(lines)) == len(rows)
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(quote in row["text"] for row in rows for quote in row.get("decides", []))


def test_what_is_learned_is_weighed_the_same_way_when_a_message_is_read():
    texts = [signal.text for signal in read_corpus(CORPORA[0].read_text("utf-8").splitlines()[:12])]
    rulebook = load_rulebook()
    weights = rulebook.weights
    for text in texts:
        counted, _ = clue_counts(text, {}, rulebook)
        rows, _ = matrix([counted], weights.rows)
        scores = rows @ weights.table / HUNDREDTHS + weights.bases
        words, clauses, judged = judge_text(text, rulebook)
        weighed = weigh(words.words, clauses, judged, weights, rulebook.classes_of_words)

        assert np.allclose(1 / (1 + np.exp(-scores)), weighed.chances, atol=1e-5)

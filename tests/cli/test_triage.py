"""`point-ecoute triage`: JSON lines in, JSON lines out, in order, as they come."""

import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cli.triage import assess_lines
from triage import Rulebook


def run(lines: list[str], rulebook: Rulebook) -> tuple[list[dict[str, Any]], str, int]:
    out, err = io.StringIO(), io.StringIO()
    failed = assess_lines(lines, rulebook, out=out, err=err)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), failed


def test_each_line_is_assessed_in_order(rulebook: Rulebook):
    lines = [
        json.dumps({"id": "a", "text": "bonjour"}),
        json.dumps({"id": "b", "text": "je fais des passes à Douai"}),
    ]
    rows, errors, failed = run(lines, rulebook)

    assert [row["id"] for row in rows] == ["a", "b"]
    assert set(rows[1]) == {"id", "level", "territory", "indicators", "rules_version"}
    assert (rows[1]["level"], rows[1]["territory"]) == ("high", "douaisis")
    [found] = [i for i in rows[1]["indicators"] if i["code"] == "prostitution_current"]
    assert "je fais des passes à Douai"[found["start"] : found["end"]] == found["text"]
    assert found["status"] == "asserted"
    assert (errors, failed) == ("", 0)


def test_a_malformed_line_is_named_and_the_rest_goes_on(rulebook: Rulebook):
    good = json.dumps({"id": 1, "text": "bonjour"})
    bad = [
        "{",
        "[]",
        '{"id": 1}',
        '{"text": "x"}',
        '{"id": 1, "text": 2}',
        '{"id": null, "text": ""}',
    ]

    rows, errors, failed = run([good, *bad, "", good], rulebook)

    assert len(rows) == 2
    assert failed == len(bad)
    assert [line.split(":")[0] for line in errors.splitlines()] == [
        f"line {number}" for number in range(2, 2 + len(bad))
    ]


def test_an_error_never_repeats_the_text(rulebook: Rulebook):
    _, errors, _ = run(['{"id": ["mot secret"], "text": "mot secret"'], rulebook)

    assert "secret" not in errors


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_any_text_gives_a_line(rulebook: Rulebook, text: str):
    rows, _, failed = run([json.dumps({"id": "x", "text": text})], rulebook)

    assert (len(rows), failed) == (1, 0)


def test_half_a_character_gives_a_line(rulebook: Rulebook):
    rows, _, failed = run(['{"id": "x", "text": "a\\ud83d"}'], rulebook)

    assert (len(rows), failed) == (1, 0)


def test_a_sign_that_ends_lines_elsewhere_leaves_one_line(rulebook: Rulebook):
    text = "j'ai 16 ans\x85je fais des passes\u2028à Douai"

    rows, _, failed = run([json.dumps({"id": "x", "text": text})], rulebook)

    assert (len(rows), failed) == (1, 0)

"""`point-ecoute triage`: what triage says of texts, as JSON lines."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

import typer

from cli.evaluate import evaluate_corpus
from cli.explain import explain
from cli.parts import load_triage
from dispatch.listening_point import load_listening_point
from runtime.settings import load_settings
from triage import Assessment, Rulebook, assess

app = typer.Typer(help="Assess texts with the rules.", invoke_without_command=True)
app.command("explain")(explain)
app.command("evaluate")(evaluate_corpus)


# Many programs take these for the end of a line; JSON leaves them as they are.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class BadLine(ValueError):
    """A line that is no {"id", "text"}; the message names what is wrong, never the text."""


@app.callback()
def triage(context: typer.Context) -> None:
    """Read JSONL {"id", "text"} on standard input; write one assessment a line, in order.

    A malformed line is told on standard error with its number; the others go on, and the exit
    status is 1 at the end.
    """
    if context.invoked_subcommand is not None:
        return
    point = load_listening_point(load_settings().listening_point)
    rulebook, _ = load_triage(point)
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    failed = assess_lines(sys.stdin, rulebook, out=sys.stdout, err=sys.stderr)
    raise typer.Exit(1 if failed else 0)


def assess_lines(lines: Iterable[str], rulebook: Rulebook, *, out: TextIO, err: TextIO) -> int:
    """Assess line by line as they come; return how many were malformed."""
    failed = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            text_id, text = _parse(line)
        except BadLine as error:
            failed += 1
            print(f"line {number}: {error}", file=err, flush=True)
            continue
        row = as_json(text_id, text, assess(text, rulebook))
        print(json.dumps(row, ensure_ascii=False).translate(_LINE_ENDS), file=out, flush=True)
    return failed


def as_json(text_id: object, text: str, assessment: Assessment) -> dict[str, Any]:
    """The line of one text; `start` and `end` are character offsets into it."""
    return {
        "id": text_id,
        "level": assessment.level.value,
        "territory": assessment.territory,
        "indicators": list(_indicators(text, assessment)),
        "rules_version": assessment.rules_version,
    }


def _indicators(text: str, assessment: Assessment) -> Iterator[dict[str, Any]]:
    for finding in assessment.findings:
        yield {
            "code": finding.indicator.value,
            "start": finding.start,
            "end": finding.end,
            "text": text[finding.start : finding.end],
            "status": finding.status.value,
        }


def _parse(line: str) -> tuple[object, str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("not JSON") from None
    if not isinstance(row, dict):
        raise BadLine('expected an object {"id", "text"}')
    if not isinstance(row.get("id"), str | int):
        raise BadLine('"id": expected a string or a whole number')
    if not isinstance(row.get("text"), str):
        raise BadLine('"text": expected a string')
    text = row["text"]
    return row["id"], text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

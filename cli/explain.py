"""`point-ecoute triage explain`: what matched in one text, what was set aside, why the level."""

import sys
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.parts import load_triage
from dispatch.listening_point import load_listening_point
from runtime.settings import load_settings
from triage import Assessment, assess
from triage.vocabulary import FindingStatus, Level

_LEVEL_STYLE = {
    Level.CRITICAL: "bold white on red",
    Level.HIGH: "bold black on yellow",
    Level.MODERATE: "bold cyan",
    Level.LOW: "bold green",
}
_STATUS = {
    FindingStatus.ASSERTED: ("affirmé", "bold red"),
    FindingStatus.PAST: ("passé", "yellow"),
    FindingStatus.NEGATED: ("nié", "green"),
    FindingStatus.HYPOTHETICAL: ("supposé", "cyan"),
    FindingStatus.SET_ASIDE: ("mis de côté", "dim"),
}


def explain(
    text: Annotated[str, typer.Argument(help="The text, or - for standard input.")],
) -> None:
    """Show in colour what matched, what was negated, and why the level."""
    rulebook, _ = load_triage(load_listening_point(load_settings().listening_point))
    said = sys.stdin.read() if text == "-" else text
    console = Console(highlight=False, soft_wrap=True)
    for line in explained(said, assess(said, rulebook)):
        console.print(line)


def explained(text: str, assessment: Assessment) -> Iterator[Text]:
    """The lines that the command prints, with their colours."""
    yield Text(assessment.level.value.upper(), _LEVEL_STYLE[assessment.level])
    shown = Text(text)
    if assessment.deciding:
        shown.stylize("italic", *assessment.deciding)
    for finding in reversed(assessment.findings):
        shown.stylize(_STATUS[finding.status][1], finding.start, finding.end)
    for place in assessment.places:
        shown.stylize("underline", place.start, place.end)
    yield shown
    for finding in assessment.findings:
        said, style = _STATUS[finding.status]
        words = text[finding.start : finding.end].replace("\n", " ")
        reason = f" ({finding.reason})" if finding.reason else ""
        yield Text.assemble(
            (f"{said:12}", style), f"{finding.indicator:24} « {words} »  {finding.rule}{reason}"
        )
    for place in assessment.places:
        yield Text.assemble(("lieu        ", "underline"), f"{place.territory:24} {place.name}")
    for sentence in assessment.because:
        yield Text(sentence)
    yield Text(f"territoire : {assessment.territory} — règles {assessment.rules_version}", "dim")

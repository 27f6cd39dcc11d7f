"""Rule-based triage: text in, assessment out, no I/O but its own data files."""

from triage.assessment import Assessment, Finding, PlaceMention, Places
from triage.engine import assess
from triage.rulebook import Rulebook, load_rulebook
from triage.rulefiles import RulebookError

__all__ = [
    "Assessment",
    "Finding",
    "PlaceMention",
    "Places",
    "Rulebook",
    "RulebookError",
    "assess",
    "load_rulebook",
]

"""What a process counts of itself for monitoring: names of events, and how often; nothing else."""

from collections import Counter
from typing import Final

TALLY: Final[Counter[str]] = Counter()

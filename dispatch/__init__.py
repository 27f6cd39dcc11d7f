"""From an assessment to people, and no signal forgotten."""

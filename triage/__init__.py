"""Rule-based triage: text in, assessment out, no I/O but its own data files."""

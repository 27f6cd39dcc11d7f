"""The production layout, killed at random under load; then what was promised is counted."""

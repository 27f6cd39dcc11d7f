"""What the service keeps: the only package that speaks SQL and holds keys."""

"""A strict Bot API server that stands in for Telegram's own: in tests and in the demonstration."""

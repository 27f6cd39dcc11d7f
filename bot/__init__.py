"""The Telegram door: the only package that speaks to Telegram."""

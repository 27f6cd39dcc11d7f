"""What the service keeps: the only package that speaks SQL and holds keys."""

from records.transaction import Records, Transaction, open_records

__all__ = ["Records", "Transaction", "open_records"]

"""Logs: event names and ids as JSON lines on standard error; never words, names or codes."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# What may be logged at all. A field that is not listed here is dropped, and its name is told, so
# that a careless log line cannot carry a sender's words.
ALLOWED_FIELDS = frozenset(
    {"event", "level", "timestamp", "signal", "team", "channel", "risk", "count", "error",
     "where", "action", "version", "dropped_fields", "quarantined", "raised", "id",
     "update"}
)  # fmt: skip


def keep_allowed_fields(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> Mapping[str, Any]:
    """Drop every field outside the allow-list."""
    dropped = sorted(set(event) - ALLOWED_FIELDS)
    kept = {key: value for key, value in event.items() if key in ALLOWED_FIELDS}
    return kept | ({"dropped_fields": dropped} if dropped else {})


def configure_logs(*, least: int = logging.INFO) -> None:
    """One JSON line an event of `least` or above.

    Libraries' own records pass only from warning up and without their sentence, which may quote
    what they were given (a form field, a row): only their place and the error's class are kept.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    root = logging.getLogger()
    root.handlers = [NamesOnly()]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
        library.setLevel(logging.WARNING)


class NamesOnly(logging.Handler):
    """A record by its place and the class of its error; never by its sentence."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        where = f"{record.name}:{record.funcName}:{record.lineno}"
        structlog.get_logger().warning("library.warning", where=where, error=error)


log = structlog.get_logger()

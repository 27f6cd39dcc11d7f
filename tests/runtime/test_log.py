"""Logs carry event names and ids: no value that is not allowed, no library's words."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.log import ALLOWED_FIELDS, configure_logs, keep_allowed_fields, log

SECRET = "elle-a-fugue-chez-marie"  # noqa: S105  what no line may hold
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logs()
    yield written
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(output: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_its_ids(output: io.StringIO):
    log.info("signal.received", signal="7K3-Q2M", team="douaisis", count=3)

    [line] = lines(output)
    assert line["event"] == "signal.received"
    assert (line["signal"], line["team"], line["count"]) == ("7K3-Q2M", "douaisis", 3)
    assert line["timestamp"].endswith("Z")


def test_a_dropped_field_is_told_by_name_and_its_value_never_appears(output: io.StringIO):
    log.info("signal.received", text=SECRET, receipt=SECRET, signal="7K3-Q2M")

    [line] = lines(output)
    assert line["dropped_fields"] == ["receipt", "text"]
    assert SECRET not in output.getvalue()


def test_an_exception_s_text_never_appears(output: io.StringIO):
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        log.exception("triage.failed", error=type(error).__name__)
        log.error("triage.failed", exc_info=True)

    assert len(lines(output)) == 2
    assert SECRET not in output.getvalue()


@pytest.mark.parametrize(
    "name", ["uvicorn.error", "uvicorn.access", "sqlalchemy.engine", "asyncio"]
)
def test_a_library_s_words_and_its_exceptions_never_appear(name: str, output: io.StringIO):
    library = logging.getLogger(name)
    library.warning("form field %s is wrong", SECRET)
    library.error(SECRET, extra={"row": SECRET})
    try:
        raise KeyError(SECRET)
    except KeyError:
        library.exception("row %s", SECRET)

    told = lines(output)
    assert SECRET not in output.getvalue()
    assert [line["event"] for line in told] == ["library.warning"] * 3
    assert told[2]["error"] == "KeyError"
    assert all(line["where"].startswith(f"{name}:") for line in told)


def test_the_chatter_of_libraries_is_silent(output: io.StringIO):
    logging.getLogger("uvicorn.access").info('127.0.0.1 - "GET /?q=%s"', SECRET)
    logging.getLogger("httpx").info("GET https://%s", SECRET)

    assert output.getvalue() == ""


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.text(min_size=1, max_size=12), st.integers(), max_size=8))
def test_whatever_is_logged_only_allowed_fields_pass(event: dict[str, int]):
    kept = keep_allowed_fields(None, "info", dict(event))

    assert set(kept) <= ALLOWED_FIELDS
    named = kept.get("dropped_fields", [])
    if "dropped_fields" not in event:
        assert sorted(named) == sorted(set(event) - ALLOWED_FIELDS)
    assert all(kept[key] == event[key] for key in set(event) & ALLOWED_FIELDS - {"dropped_fields"})

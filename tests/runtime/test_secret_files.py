"""Secrets as files: what compose and systemd hand over; a mistake names the variable, no value."""

from pathlib import Path

import pytest

from runtime.errors import SettingsError
from runtime.settings import load_settings

URL = "postgresql+asyncpg://point_ecoute:tres-secret@base/point_ecoute"


def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    file = tmp_path / "url"
    file.write_text(content, "utf-8")
    monkeypatch.setenv("POINT_ECOUTE_DATABASE_URL_FILE", str(file))


def test_a_secret_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    put(tmp_path, monkeypatch, f"{URL}\n")

    assert load_settings().database == URL
    assert "tres-secret" not in repr(load_settings())


@pytest.mark.parametrize(
    ("content", "also", "why"),
    [("", False, "is empty"), (URL, True, "which one"), (None, False, "cannot be read")],
)
def test_a_file_that_is_empty_missing_or_one_too_many_is_named(
    content: str | None, also: bool, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    put(tmp_path, monkeypatch, content or "")
    if content is None:
        (tmp_path / "url").unlink()
    if also:
        monkeypatch.setenv("POINT_ECOUTE_DATABASE_URL", URL)
    with pytest.raises(SettingsError, match=why) as raised:
        load_settings()
    assert "POINT_ECOUTE_DATABASE_URL" in str(raised.value)
    assert "tres-secret" not in str(raised.value)

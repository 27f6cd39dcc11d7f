"""Settings: read from the environment, mistakes told without their values."""

from pathlib import Path

import pytest

from runtime.errors import SettingsError
from runtime.settings import load_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "DATABASE_URL", "KEY_FILE", "REDIS_URL", "PUBLIC_URL"):
        monkeypatch.delenv(f"POINT_ECOUTE_{name}", raising=False)


def test_without_a_word_everything_stands_in_one_folder(tmp_path: Path):
    settings = load_settings(data=tmp_path)

    assert settings.database == f"sqlite+aiosqlite:///{tmp_path}/point-ecoute.db"
    assert settings.keys == tmp_path / "keys.json"
    assert settings.redis is None
    assert not settings.is_https


def test_the_environment_is_read_and_what_is_given_wins(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("POINT_ECOUTE_PUBLIC_URL", "https://ecoute.invalid")
    monkeypatch.setenv("POINT_ECOUTE_KEY_FILE", "/etc/keys.json")

    assert load_settings().is_https
    assert load_settings(key_file=None).keys == Path("/etc/keys.json")
    assert load_settings(key_file=Path("mine.json")).keys == Path("mine.json")


def test_no_repr_shows_a_password(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("POINT_ECOUTE_DATABASE_URL", "postgresql+asyncpg://pe:hunter2@db/pe")
    monkeypatch.setenv("POINT_ECOUTE_REDIS_URL", "redis://:hunter3@cache/0")
    settings = load_settings()

    assert "hunter" not in repr(settings) + str(settings)
    assert settings.database.endswith("hunter2@db/pe")
    assert settings.redis == "redis://:hunter3@cache/0"


def test_a_mistake_names_the_variable_and_never_its_value():
    with pytest.raises(SettingsError) as refused:
        load_settings(data=["hunter2"], databse_url="hunter3")

    assert sorted(line.split(":")[0] for line in refused.value.problems) == [
        "POINT_ECOUTE_DATA", "POINT_ECOUTE_DATABSE_URL",
    ]  # fmt: skip
    assert "hunter" not in str(refused.value)

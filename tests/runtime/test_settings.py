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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", ""),
        ("BOT_TOKEN", "hunter2"),
        ("BOT_TOKEN", "1:hunter 2"),
        ("BOT_WEBHOOK_SECRET", "hunter/2"),
    ],
)
def test_a_token_or_secret_of_another_shape_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    monkeypatch.setenv(f"POINT_ECOUTE_{name}", value)
    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert f"POINT_ECOUTE_{name}" in str(refused.value)
    assert "hunter" not in str(refused.value)


def test_the_bot_has_a_token_a_server_and_perhaps_a_webhook(monkeypatch: pytest.MonkeyPatch):
    assert load_settings().bot_api_url == "https://api.telegram.org"
    assert load_settings().webhook_secret is None
    monkeypatch.setenv("POINT_ECOUTE_BOT_TOKEN", "42:hunter2")
    monkeypatch.setenv("POINT_ECOUTE_BOT_WEBHOOK_SECRET", "hunter3")

    settings = load_settings()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "42:hunter2"
    assert settings.webhook_secret == "hunter3"  # noqa: S105
    assert "hunter" not in repr(settings)

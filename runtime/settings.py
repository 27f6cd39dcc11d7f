"""Settings of a process, from `POINT_ECOUTE_…` variables; read once and passed down."""

import os
import re
from pathlib import Path

from pydantic import SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime import setting_shapes as shapes
from runtime.addresses import sender_address
from runtime.errors import SettingsError
from runtime.setting_shapes import PREFIX

__all__ = ["PREFIX", "PROJECT_ROOT", "Settings", "load_settings", "secret_given"]
PROJECT_ROOT = Path(__file__).resolve().parent.parent
_SECRETS = (
    "database_url", "redis_url", "bot_token", "bot_webhook_secret", "smtp_url",
    "sms_webhook_secret",
)  # fmt: skip
_SECRET_SHAPES = {
    "database_url": shapes.database_address,
    "redis_url": shapes.redis_address,
    "smtp_url": shapes.mail_server,
}
_SHAPES = {
    "public_url": shapes.web_address,
    "console_url": shapes.web_address,
    "bot_api_url": shapes.web_address,
    "sms_webhook_url": shapes.gateway_address,
    "mail_from": sender_address,
}


class Settings(BaseSettings):
    """Where things are. Nothing here has a secret as its default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Path("data")
    database_url: SecretStr | None = None
    key_file: Path | None = None
    redis_url: SecretStr | None = None
    listening_point: Path = PROJECT_ROOT / "listening-points" / "nord"
    public_url: str = "http://127.0.0.1:8000"
    bot_token: SecretStr | None = None
    bot_api_url: str = "https://api.telegram.org"
    bot_webhook_secret: SecretStr | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    console_url: str | None = None
    sms_webhook_url: str | None = None
    sms_webhook_secret: SecretStr | None = None

    @property
    def database(self) -> str:
        """The database's address: PostgreSQL where given, else one SQLite file in `data`."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{(self.data / 'point-ecoute.db').absolute()}"

    @property
    def keys(self) -> Path:
        return self.key_file or self.data / "keys.json"

    @property
    def redis(self) -> str | None:
        return self.redis_url.get_secret_value() if self.redis_url else None

    @property
    def webhook_secret(self) -> str | None:
        """What the messenger proves itself with; where it is set, `serve` takes in the bot."""
        return self.bot_webhook_secret.get_secret_value() if self.bot_webhook_secret else None

    @field_validator("bot_webhook_secret")
    @classmethod
    def secret_of_the_messengers_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(
            r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()
        ):
            raise ValueError("1 to 256 letters, figures, - or _ are what Telegram takes")
        return value

    @field_validator("bot_token")
    @classmethod
    def token_of_the_messengers_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"\d+:[\w-]+", value.get_secret_value()):
            raise ValueError("not a bot token: figures, a colon, then letters")
        return value

    @field_validator("database_url", "redis_url", "smtp_url")
    @classmethod
    def secret_address(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None:
            _SECRET_SHAPES[str(info.field_name)](value.get_secret_value())
        return value

    @field_validator("public_url", "console_url", "bot_api_url", "sms_webhook_url", "mail_from")
    @classmethod
    def address(cls, value: str | None, info: ValidationInfo) -> str | None:
        return value and _SHAPES[str(info.field_name)](value)

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


def load_settings(**given: object) -> Settings:
    """Read the environment; what is `given` (and not None) wins.

    A secret may stand in a file: POINT_ECOUTE_DATABASE_URL_FILE names it. Raises SettingsError with
    one line a wrong variable, without its value: it may be a secret.
    """
    known = {key: value for key, value in given.items() if value is not None}
    names = setting_names()
    misspelt, _ = shapes.unknown_names(os.environ, names)
    empty = [
        f"{PREFIX}{name}: is empty: give it a value, or leave it out"
        for name in names
        if os.environ.get(f"{PREFIX}{name}") == "" and name.lower() not in known
    ]
    if problems := misspelt + empty + shapes.not_utf8(os.environ, names):
        raise SettingsError(problems)
    try:
        return Settings(**(_secrets_in_files() | known))  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(
            [
                f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}"
                for e in error.errors(include_input=False)
            ]
        ) from None


def setting_names() -> list[str]:
    """Every name that may stand behind the prefix, as variables write it."""
    fields = [name.upper() for name in Settings.model_fields]
    files = [f"{name.upper()}_FILE" for name in _SECRETS]
    others = [*shapes.OTHER_NAMES, *(f"{name}_FILE" for name in shapes.TYPED_SECRETS)]
    return [*fields, *files, *others]


def secret_given(name: str) -> str | None:
    """A secret that a command works with: from its variable, from the file that `…_FILE` names.

    None where it is in neither. Raises SettingsError for a file that gives none.
    """
    variable = f"{PREFIX}{name}"
    if problems := shapes.not_utf8(os.environ, [name]):
        raise SettingsError(problems)
    if not os.environ.get(f"{variable}_FILE"):
        return os.environ.get(variable) or None
    found = _in_file(variable, problems)
    if problems:
        raise SettingsError(problems)
    return found


def _secrets_in_files() -> dict[str, str]:
    found: dict[str, str] = {}
    problems: list[str] = []
    for name in _SECRETS:
        variable = f"{PREFIX}{name.upper()}"
        if os.environ.get(f"{variable}_FILE"):
            found[name] = _in_file(variable, problems)
    if problems:
        raise SettingsError(problems)
    return found


def _in_file(variable: str, problems: list[str]) -> str:
    if os.environ.get(variable):
        problems.append(f"{variable}: given itself and as {variable}_FILE: which one?")
        return ""
    path = Path(os.environ[f"{variable}_FILE"])
    try:
        value = path.read_text("utf-8-sig").strip()
    except UnicodeDecodeError:
        problems.append(f"{variable}_FILE: {path} is not UTF-8 text")
    except (OSError, ValueError) as error:
        reason = os.strerror(getattr(error, "errno", None) or 0).lower()
        problems.append(f"{variable}_FILE: {path} cannot be read: {reason}")
    else:
        if not value:
            problems.append(f"{variable}_FILE: {path} is empty")
        return value
    return ""

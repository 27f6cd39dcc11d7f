"""Settings of a process, from `POINT_ECOUTE_…` variables; read once and passed down."""

import os
import re
from pathlib import Path

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.errors import SettingsError

PREFIX = "POINT_ECOUTE_"
PROJECT_ROOT = Path(__file__).resolve().parent.parent
_SECRETS = (
    "database_url", "redis_url", "bot_token", "bot_webhook_secret", "smtp_url",
    "sms_webhook_secret",
)  # fmt: skip


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

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


def load_settings(**given: object) -> Settings:
    """Read the environment; what is `given` (and not None) wins.

    A secret may stand in a file: POINT_ECOUTE_DATABASE_URL_FILE names it. Raises SettingsError with
    one line a wrong variable, without its value: it may be a secret.
    """
    known = {key: value for key, value in given.items() if value is not None}
    try:
        return Settings(**(_secrets_in_files() | known))  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(
            [f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        ) from None


def _secrets_in_files() -> dict[str, str]:
    found, problems = {}, []
    for name in _SECRETS:
        variable = f"{PREFIX}{name.upper()}"
        path = os.environ.get(f"{variable}_FILE")
        if not path:
            continue
        if os.environ.get(variable):
            problems.append(f"{variable}: given itself and as {variable}_FILE: which one?")
            continue
        try:
            found[name] = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{variable}_FILE: cannot be read: {type(error).__name__}")
            continue
        if not found[name]:
            problems.append(f"{variable}_FILE: is empty")
    if problems:
        raise SettingsError(problems)
    return found

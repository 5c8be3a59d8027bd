"""The only reader of the environment: every setting with its default, frozen."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.clock import FollowedClock, RunningClock, parse_clock


class SettingsError(ValueError):
    """A setting is missing or unreadable; the message says which, what was expected, and never a value."""


class CannotRun(Exception):
    """Something outside the settings is in the way; the message says what, and what to do."""


class Settings(BaseSettings):
    """Read from the environment, then from `.env` in the working directory."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    bot_token: SecretStr = Field(default=SecretStr(""), description="The bot's token from @BotFather")
    bot_api_url: str = Field(default="https://api.telegram.org", description="The Bot API server")
    database_url: str = Field(
        default="sqlite://herald.sqlite3", repr=False, description="sqlite://FILE or postgres://…"
    )
    secret_keys: SecretStr = Field(default=SecretStr(""), description="Fernet keys, the first one encrypts")
    http_host: str = Field(default="127.0.0.1", description="Where health and metrics listen")
    http_port: int = Field(default=8080, ge=0, le=65535, description="Their port; 0 picks a free one")
    metrics_port: int | None = Field(default=None, description="Metrics of a process without `web`")
    public_url: str = Field(default="", description="How the outside reaches this server")
    telegram_webhook: bool = Field(default=False, description="off = long polling")
    smtp_url: SecretStr = Field(default=SecretStr(""), description="smtp://user:password@host:587")
    carrier_urls: str = Field(default="", description="slug=url slug=url: other hosts for carriers")
    poll_every_seconds: float | None = Field(default=None, gt=0, description="Ask every open parcel this often")
    quiet_hours: str = Field(default="22-8", description="In the customer's zone; or off")
    clock: str = Field(default="", description="For trials: 2026-01-05T08:00:00Z*60")
    traces_url: str = Field(default="", repr=False, description="An OpenTelemetry collector, http://HOST:4318")
    traces_ratio: float = Field(default=1.0, gt=0, le=1, description="The share of traces that is kept")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: str = Field(default="text", description="text or json")

    @field_validator("metrics_port", "poll_every_seconds", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any) -> Any:
        return None if value == "" else value

    @field_validator("bot_token")
    @classmethod
    def _token_read(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value().strip()
        if token and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
            raise ValueError("this is no bot token; from @BotFather it looks like 123456789:AAF…")
        return SecretStr(token)

    @field_validator("bot_api_url")
    @classmethod
    def _api_read(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+\S*", value):
            raise ValueError("expected https://HOST")
        return value

    @field_validator("traces_url")
    @classmethod
    def _collector_read(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/]+\S*", value):
            raise ValueError("expected http://HOST:4318")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_read(cls, value: str) -> str:
        if not re.match(r"sqlite://.|postgres(ql)?://.", value):
            raise ValueError("expected sqlite://FILE or postgres://user:password@host/database")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _quiet_hours_read(cls, value: str) -> str:
        text = value.strip().lower()
        hours = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
        if text != "off" and not (hours and all(int(hour) <= 24 for hour in hours.groups())):
            raise ValueError("expected two hours such as 22-8, or off")
        return text

    @field_validator("clock")
    @classmethod
    def _clock_read(cls, value: str) -> str:
        try:
            parse_clock(value)
        except ValueError as error:
            raise ValueError("expected a time and a speed such as 2026-01-05T08:00:00Z*60") from error
        return value

    @field_validator("log_level")
    @classmethod
    def _level_known(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("expected DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _format_known(cls, value: str) -> str:
        if value.lower() not in {"text", "json"}:
            raise ValueError("expected text or json")
        return value.lower()

    @field_validator("carrier_urls")
    @classmethod
    def _overrides_read(cls, value: str) -> str:
        for pair in value.split():
            if not re.fullmatch(r"[a-z0-9_]+=https?://[^\s=]+", pair):
                raise ValueError("expected slug=url pairs with blanks between them")
        return value

    @property
    def bot_number(self) -> str:
        """What a token begins with: a token that was made anew is still that of the same bot."""
        return self.bot_token.get_secret_value().partition(":")[0]

    @property
    def overrides(self) -> dict[str, str]:
        """Carrier slug to the base address that replaces its own."""
        return dict(pair.split("=", 1) for pair in self.carrier_urls.split())

    @property
    def keys(self) -> list[str]:
        """Fernet keys given in the environment."""
        return [key for key in re.split(r"[\s,]+", self.secret_keys.get_secret_value()) if key]

    @property
    def poll_every(self) -> timedelta | None:
        """Fixed polling interval, or None for the adaptive cadence."""
        return None if self.poll_every_seconds is None else timedelta(seconds=self.poll_every_seconds)

    @property
    def on_postgres(self) -> bool:
        """True where the database is PostgreSQL."""
        return self.database_url.split(":", 1)[0].startswith("postgres")

    @property
    def key_file(self) -> Path:
        """Where a SQLite installation keeps the keys it made itself: beside the database."""
        path = self.database_url.split("://", 1)[1] if "://" in self.database_url else self.database_url
        return Path(path.split("?", 1)[0]).with_suffix(".keys")

    def make_clock(self) -> RunningClock | FollowedClock:
        """The clock this process lives by."""
        return parse_clock(self.clock)


class _OfFile(Settings):
    """Read from a bot's own file, then from the environment, which holds what is common to several."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **named: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return named["init_settings"], named["dotenv_settings"], named["env_settings"]


def read_settings(**given: Any) -> Settings:
    """Read and check every setting; raises SettingsError naming the setting, never its value."""
    return _read(Settings, given)


def read_file(file: Path) -> Settings:
    """The same of one bot of several. Raises SettingsError."""
    try:
        file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file.name} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{file.name} cannot be read (not UTF-8)") from None
    return _read(_OfFile, {"_env_file": file})


def _read(kind: type[Settings], given: dict[str, Any]) -> Settings:
    try:
        return kind(**given)
    except ValidationError as error:
        troubles = "; ".join(
            f"{str(fault['loc'][0]).upper()}: {str(fault['msg']).removeprefix('Value error, ')}"
            for fault in error.errors()
        )
        raise SettingsError(troubles) from None

"""Environment → frozen settings. Each variable is explained here and in the README; a wrong value stops the start."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

CHANNELS = ("web", "telegram", "zalo_oa", "zalo_bot", "console")


class Settings(BaseSettings):
    """All settings of the program."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    database_url: str = "sqlite+aiosqlite:///data/banhoc.sqlite3"
    """Where everything is kept: SQLite file or PostgreSQL."""
    host: str = "127.0.0.1"
    """Address that the web server listens on."""
    port: int = Field(default=8080, ge=1, le=65535)
    """Port that the web server listens on."""
    public_url: str = ""
    """How the outside reaches this server (https://…): needed for webhooks; makes cookies Secure."""
    telegram_token: SecretStr = SecretStr("")
    """Bot token from @BotFather; empty = no Telegram."""
    telegram_api_url: str = "https://api.telegram.org"
    """Another Bot API server, e.g. an own one."""
    telegram_mode: Literal["polling", "webhook"] = "polling"
    """polling asks Telegram for messages; webhook lets Telegram call PUBLIC_URL."""
    telegram_webhook_secret: SecretStr = SecretStr("")
    """Secret that Telegram sends back with each webhook call; needed in webhook mode."""
    zalo_oa_app_id: str = ""
    """Id of the app at developers.zalo.me; empty = no Zalo Official Account."""
    zalo_oa_app_secret: SecretStr = SecretStr("")
    """Secret key of that app: for consent and refresh."""
    zalo_oa_secret_key: SecretStr = SecretStr("")
    """OA secret key of the webhook page: checks the signature of events."""
    zalo_oa_id: str = ""
    """Id of the Official Account; empty = any account that consents."""
    zalo_oa_api_url: str = "https://openapi.zalo.me"
    """Another OA API server, e.g. the fake one."""
    zalo_oauth_url: str = "https://oauth.zaloapp.com"
    """Another consent server, e.g. the fake one."""
    zalo_bot_token: SecretStr = SecretStr("")
    """Token of a bot of the Zalo Bot Platform; empty = no Zalo Bot."""
    zalo_bot_api_url: str = "https://bot-api.zaloplatforms.com"
    """Another Bot Platform server, e.g. the fake one."""
    zalo_bot_mode: Literal["polling", "webhook"] = "polling"
    """polling asks Zalo for messages; webhook lets Zalo call PUBLIC_URL."""
    zalo_bot_secret: SecretStr = SecretStr("")
    """Secret that Zalo sends back with each webhook call; made from the token when empty."""
    admins: Annotated[tuple[str, ...], NoDecode] = ()
    """Accounts that are admins from their first message on: `telegram:123,web:…`."""
    broadcast_second_admin_above: int = Field(default=500, ge=0)
    """More recipients than this need a second admin's approval."""
    question_hours: float = Field(default=4, gt=0, le=80)
    """Working hours within which the people in charge answer a question; then it goes to the next unit up."""
    tz: str = "Asia/Ho_Chi_Minh"
    """Time zone of the people; their day begins and ends by it."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much the program logs."""

    @field_validator("database_url")
    @classmethod
    def _async_driver(cls, url: str) -> str:
        """Accept the usual short forms and name the async drivers."""
        for short, full in (
            ("sqlite:///", "sqlite+aiosqlite:///"),
            ("postgresql://", "postgresql+asyncpg://"),
            ("postgres://", "postgresql+asyncpg://"),
        ):
            if url.startswith(short):
                url = full + url.removeprefix(short)
        if not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @field_validator("admins", mode="before")
    @classmethod
    def _list(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        entries = tuple(entry.strip() for entry in value.split(",") if entry.strip())
        for entry in entries:
            channel, _, address = entry.partition(":")
            if channel not in CHANNELS or not address:
                raise ValueError(f"{entry!r} is not <channel>:<id> with a channel of {', '.join(CHANNELS)}")
        return entries

    @field_validator("public_url", "telegram_api_url", "zalo_oa_api_url", "zalo_oauth_url", "zalo_bot_api_url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.netloc):
            raise ValueError("must be an address like https://banhoc.example.vn")
        return url.rstrip("/")

    @field_validator("tz")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{name!r} is no time zone") from None
        return name

    @model_validator(mode="after")
    def _zalo_bot(self) -> "Settings":
        secret = self.zalo_bot_secret.get_secret_value()
        if secret and not 8 <= len(secret) <= 256:
            raise ValueError("ZALO_BOT_SECRET must have 8 to 256 characters")
        if self.zalo_bot_token.get_secret_value() and self.zalo_bot_mode == "webhook" and not self.public_url:
            raise ValueError("ZALO_BOT_MODE=webhook needs PUBLIC_URL")
        return self

    @model_validator(mode="after")
    def _zalo_oa(self) -> "Settings":
        if self.zalo_oa_app_id:
            for name in ("zalo_oa_app_secret", "zalo_oa_secret_key"):
                if not getattr(self, name).get_secret_value():
                    raise ValueError(f"ZALO_OA_APP_ID needs {name.upper()}")
            if not self.public_url:
                raise ValueError("ZALO_OA_APP_ID needs PUBLIC_URL")
        return self

    @model_validator(mode="after")
    def _webhook(self) -> "Settings":
        if self.telegram_token.get_secret_value() and self.telegram_mode == "webhook":
            if not self.public_url:
                raise ValueError("TELEGRAM_MODE=webhook needs PUBLIC_URL")
            if len(self.telegram_webhook_secret.get_secret_value()) < 16:
                raise ValueError("TELEGRAM_MODE=webhook needs TELEGRAM_WEBHOOK_SECRET of 16 characters or more")
        return self


def load(env_file: Path | None = Path(".env")) -> Settings:
    """Read the environment (and `.env`). Raises SettingsError with one line that names the variable."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"][:1]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name + ': ' if name else ''}{reason}") from None

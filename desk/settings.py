"""All settings, in one place: the environment first, then the settings file, then the defaults below."""

import os
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The desk's settings; each is `KAMIDESK_<NAME>` in the environment or the settings file.

    Secrets have no default: `make run` generates them into the settings file on the first run.
    Times are seconds unless the name says otherwise.
    """

    model_config = SettingsConfigDict(env_prefix="KAMIDESK_", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    bot_port: int = Field(8005, ge=1, le=65535)
    actions_port: int = Field(8055, ge=1, le=65535)
    state_dir: Path = Path("var")
    database_url: str = ""
    policies_file: Path = Path("policies.yml")

    secret_key: SecretStr
    vault_key: SecretStr
    bot_token: SecretStr
    shop_secret: SecretStr
    demo_password: SecretStr = SecretStr("")

    demo: bool = True
    public_url: str = ""
    allowed_origins: str = ""
    cookie_secure: bool = False
    bot_timeout: float = Field(8.0, gt=0, description="longest time a customer waits for the bot's turn")
    picture_days: int = Field(90, ge=1, le=3650, description="how long customers' pictures are kept")
    webhook_private: bool = False
    webhook_log_days: int = Field(30, ge=1, le=3650, description="how long ended deliveries and their log are kept")
    log_level: str = "info"

    @field_validator("secret_key", "bot_token", "shop_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters; delete the line to have one generated")
        return value

    @cached_property
    def state(self) -> Path:
        """The folder of everything that is written at run time, absolute."""
        return self.state_dir if self.state_dir.is_absolute() else ROOT / self.state_dir

    @cached_property
    def policies(self) -> Path:
        """The file of the shop's rules, absolute."""
        return self.policies_file if self.policies_file.is_absolute() else ROOT / self.policies_file

    @cached_property
    def database(self) -> str:
        """The database's URL; the embedded SQLite file where none is set."""
        return self.database_url or f"sqlite:///{self.state / 'desk.db'}"

    @property
    def site(self) -> str:
        """The address at which customers reach the desk, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.port}"

    @property
    def bot_url(self) -> str:
        """Where the desk reaches the bot."""
        return f"http://127.0.0.1:{self.bot_port}"

    @property
    def actions_url(self) -> str:
        """Where the desk asks for the action server's health."""
        return f"http://127.0.0.1:{self.actions_port}"


def settings_file() -> Path:
    """Return the path of the settings file: `KAMIDESK_SETTINGS`, or kamidesk.env at the project's root."""
    return Path(os.environ.get("KAMIDESK_SETTINGS", ROOT / "kamidesk.env"))


def policies_path() -> Path:
    """Return where the shop's rules stand, also where the settings are not complete yet."""
    try:
        return load().policies
    except ValidationError:
        return ROOT / str(Settings.model_fields["policies_file"].default)


def load() -> Settings:
    """Read the settings.

    Raises:
        pydantic.ValidationError: a value is missing or wrong; the message names it.
    """
    return Settings(_env_file=settings_file())  # type: ignore[call-arg]

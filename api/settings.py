"""Settings of the service, from the environment. Only `serve` reads them."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.errors import BadInput

__all__ = ["Settings", "load_settings"]


class Settings(BaseSettings):
    """Where the service listens and what it serves; `YINZHENG_INDEX`, `YINZHENG_PORT` and so on.

    Example: `Settings(index=Path("idx"), port=9000).host == "127.0.0.1"`
    """

    model_config = SettingsConfigDict(env_prefix="YINZHENG_", extra="ignore", frozen=True)

    index: Path = Path(".yinzheng")
    term_bank: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(8765, ge=0, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_queries: bool = False
    reload_seconds: float = Field(1.0, ge=0.05, le=3600)


def load_settings(**given: Any) -> Settings:
    """Settings of the environment, overridden by what is given and not None; raises BadInput."""
    from pydantic import ValidationError

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(
            f"YINZHENG_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        )
        raise BadInput(f"the settings cannot be used: {wrong}") from error

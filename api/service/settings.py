"""Settings of the service, from the environment. Only `serve` reads them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.errors import BadInput
from api.service.policy import MIB, Policy

if TYPE_CHECKING:
    from api.writer.writer import Writer

__all__ = ["Settings", "load_settings", "policy_of", "writer_of"]

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
DEFAULT_RATE = "600/minute"
"""Where others than this machine can ask."""


def _split(value: object) -> object:
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""Several values, with commas between."""


class Settings(BaseSettings):
    """Where the service listens and what it serves; `YINZHENG_INDEX`, `YINZHENG_PORT` and so on.

    Example: `Settings(index=Path("idx"), port=9000).host == "127.0.0.1"`
    """

    model_config = SettingsConfigDict(env_prefix="YINZHENG_", extra="ignore", frozen=True)

    index: Path = Path(".yinzheng")
    term_bank: Path | None = None
    encoders: Names = ()
    """Which an index may name beside the packaged ones; read by `api.trust`."""
    host: str = "127.0.0.1"
    port: int = Field(8765, ge=0, le=65535)
    workers: int = Field(1, ge=1, le=64)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_queries: bool = False
    reload_seconds: float = Field(1.0, ge=0.05, le=3600)
    keys: Path | None = None
    no_keys: bool = False
    rate: str | None = None
    allowed_hosts: Names = ()
    allow_origins: Names = ()
    trusted_proxies: Names = ()
    at_once: int = Field(2, ge=1, le=1000)
    waiting: int = Field(64, ge=0, le=100_000)
    wait_seconds: float = Field(5.0, gt=0, le=60)
    request_seconds: float = Field(15.0, gt=0, le=600)
    lost_seconds: float = Field(30.0, ge=6, le=3600)
    """At least 6: granian takes a worker that ends within 5.5 seconds for one that never will work."""
    cache_mib: int = Field(16, ge=0, le=4096)
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: SecretStr | None = None
    llm_seconds: float = Field(30.0, gt=0, le=600)


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


def writer_of(settings: Settings) -> "Writer | None":
    """The writer that the settings ask for; raises BadEndpoint, WriterUnavailable. No request can set one."""
    if not settings.llm_url:
        return None
    from api.writer.endpoint import parse_endpoint
    from api.writer.writer import Writer

    key = None if settings.llm_key is None else settings.llm_key.get_secret_value()
    return Writer(parse_endpoint(settings.llm_url, settings.llm_model, key, settings.llm_seconds))


def policy_of(settings: Settings) -> Policy:
    """What the service then allows; raises BadInput, BadKeys for what cannot be used or would be unsafe.

    On another address than loopback keys are required, unless the settings say that there are none, and
    requests are counted. On loopback the Host header must name loopback or a host of the settings.
    """
    from api.service.gate.access_keys import read_keys
    from api.service.gate.clients import Proxies, Rates, is_loopback

    loopback = is_loopback(settings.host)
    if not loopback and settings.keys is None and not settings.no_keys:
        raise BadInput(
            f"{settings.host} can be reached by others, and there is no key file; make a key with "
            f"`yinzheng key new --scope read --name NAME --keys FILE` and serve with --keys FILE, "
            f"or say --no-keys to let everyone in"
        )
    if settings.keys is not None and settings.no_keys:
        raise BadInput("found both a key file and --no-keys; one of them was expected; leave one out")
    if settings.keys is not None:
        read_keys(settings.keys)
    rate = settings.rate or (None if loopback else DEFAULT_RATE)
    if rate is not None:
        Rates(rate)
    Proxies(settings.trusted_proxies)
    return Policy(
        at_once=settings.at_once,
        waiting=settings.waiting,
        wait_seconds=settings.wait_seconds,
        request_seconds=settings.request_seconds,
        lost_seconds=settings.lost_seconds,
        cache_bytes=settings.cache_mib * MIB,
        keys=settings.keys,
        rate=rate,
        hosts=_hosts(settings.allowed_hosts, loopback),
        origins=settings.allow_origins,
        proxies=settings.trusted_proxies,
    )


def _hosts(allowed: Names, loopback: bool) -> Names:
    """The names that Host may have, empty for any: those of loopback always, by which health is asked for.

    No page elsewhere can be reached under them, so they open no way to rebind a name.
    """
    return (*allowed, *LOOPBACK_NAMES) if allowed or loopback else ()

"""What the service allows: bounds on work, who may ask, from where, and how often. Plain data."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = ["METRICS_FOLDER", "MIB", "Policy", "Scope"]

MIB = 1024 * 1024

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder of the workers' metrics; prometheus_client reads it when imported."""


class Scope(StrEnum):
    """What a key may do: write includes read."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Policy:
    """Bounds and permissions of one worker; the defaults are those of a service on loopback.

    Example: `create_app(index, Policy(keys=Path("keys.jsonl"), rate="600/minute"))`
    """

    at_once: int = 2
    """Requests at work at the same time. A search holds Python's lock: more threads only wait for it."""
    waiting: int = 64
    """Requests that wait for their turn; one more is refused with 503."""
    wait_seconds: float = 5.0
    """The longest wait for a turn, then 503."""
    request_seconds: float = 15.0
    """The longest work on one request, then 503; its turn is free when the work has ended."""
    lost_seconds: float = 30.0
    """A worker of which every turn is held by such work ends after this long, and is started again."""
    cache_bytes: int = 16 * MIB
    """Answers kept, in bytes of their bodies; 0 keeps none."""
    keys: Path | None = None
    """The file of API keys; None lets everyone ask."""
    rate: str | None = None
    """Requests of one key, or of one address without a key, such as `600/minute`; None: any number."""
    hosts: tuple[str, ...] = ()
    """Names that the Host header may say; none given, it may say anything."""
    origins: tuple[str, ...] = ()
    """Origins whose pages a browser may let read answers (CORS)."""
    proxies: tuple[str, ...] = ()
    """Addresses and networks whose X-Forwarded-For is believed, such as `10.0.0.0/8`."""

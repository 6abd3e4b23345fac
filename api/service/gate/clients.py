"""Who asks: the address of a client behind proxies that are believed, and how often it may ask."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.errors import BadInput

__all__ = ["Allowance", "Proxies", "Rates", "is_loopback"]

Address = IPv4Address | IPv6Address


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address. Example: `is_loopback("::1")`"""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


class Proxies:
    """The proxies whose X-Forwarded-For is believed. Any other client could write what it likes there."""

    def __init__(self, networks: Sequence[str]) -> None:
        """Addresses and networks; raises BadInput."""
        try:
            self._networks: list[IPv4Network | IPv6Network] = [ip_network(each) for each in networks]
        except ValueError as error:
            raise BadInput(f"{error}; an address or a network such as 10.0.0.0/8 was expected") from error

    def client(self, peer: str, forwarded: str) -> str:
        """The address that asks: the last in X-Forwarded-For that is no believed proxy, else the peer.

        Example: `Proxies(["10.0.0.0/8"]).client("10.0.0.1", "198.51.100.7, 10.0.0.2") == "198.51.100.7"`
        """
        chain = [peer, *reversed([part.strip() for part in forwarded.split(",") if part.strip()])]
        for at, address in enumerate(chain):
            if not self._believed(address):
                # What a believed proxy could not have written as an address says nothing of who asks.
                return address if at == 0 or _address(address) else chain[at - 1]
        return chain[-1]

    def _believed(self, host: str) -> bool:
        address = _address(host)
        return address is not None and any(address in network for network in self._networks)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a client. Example: `Allowance(True, 600, 599, 60, 60).headers()`"""

    granted: bool
    most: int
    left: int
    window: int
    """Seconds of the window."""
    reset: int
    """Seconds until the whole allowance is there again, or after a refusal until one request is."""

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers-10; after a refusal also Retry-After."""
        told = {
            "RateLimit-Policy": f'"client";q={self.most};w={self.window}',
            "RateLimit": f'"client";r={self.left};t={self.reset}',
        }
        return told if self.granted else {**told, "Retry-After": str(self.reset)}


class Rates:
    """Counts requests in a moving window, in the memory of this process."""

    def __init__(self, rate: str) -> None:
        """`rate` as the library limits reads it: `600/minute`, `10 per second`; raises BadInput."""
        try:
            self._item: RateLimitItem = parse(rate)
        except ValueError as error:
            raise BadInput(f"found the rate {rate!r:.80}; one such as 600/minute was expected") from error
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, who: str) -> Allowance:
        """Count one request of a key or an address; for IPv6 of its network of 64 bits, as clients have."""
        name = _network_of(who)
        granted = self._limiter.hit(self._item, name)
        until, left = self._limiter.get_window_stats(self._item, name)
        reset = max(1, math.ceil(until - time.time()))
        return Allowance(granted, self._item.amount, max(0, left), self._item.get_expiry(), reset)


def _address(host: str) -> Address | None:
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network_of(who: str) -> str:
    address = _address(who)
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else who

"""Where the model is: a URL that the operator gives, checked once before anything is sent."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from api.writer.errors import BadEndpoint

__all__ = ["DEFAULT_MODEL", "SECONDS", "Endpoint", "parse_endpoint"]

DEFAULT_MODEL = "default"
"""Sent where no model is named; servers that hold one model take any name."""

SECONDS = 60.0
"""Wall clock of the command line for the whole answer: a local model writes some ten words a second."""

_PATH = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A chat-completions endpoint. `seconds` bound the whole exchange; `key` is never shown.

    Example: `Endpoint("http://127.0.0.1:11434/v1/chat/completions", "qwen3")`
    """

    url: str
    model: str = DEFAULT_MODEL
    key: str | None = field(default=None, repr=False)
    seconds: float = SECONDS


def parse_endpoint(
    url: str, model: str | None = None, key: str | None = None, seconds: float = SECONDS
) -> Endpoint:
    """An endpoint from its base URL or its full one; raises BadEndpoint.

    A key goes over TLS, or to this machine. It never stands in the URL, which logs and process lists show.
    Example: `parse_endpoint("http://localhost:8000/v1").url` ends in `/v1/chat/completions`
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadEndpoint(f"the endpoint {url!r:.200} is no URL: {error}; {_EXPECTED}") from error
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or not url.isprintable():
        raise BadEndpoint(f"the endpoint {url!r:.200} is no address of a web service; {_EXPECTED}")
    if parts.username is not None or parts.query or parts.fragment or " " in url:
        raise BadEndpoint(
            "the endpoint holds a user name, a query, a fragment or a space; a bare URL was expected; "
            "a key belongs into the environment variable YINZHENG_LLM_KEY"
        )
    if key and (not key.isascii() or not key.isprintable() or " " in key):
        raise BadEndpoint("YINZHENG_LLM_KEY holds characters that no HTTP header can; set it to the bare key")
    if key and parts.scheme == "http" and not _is_loopback(host):
        raise BadEndpoint(
            f"found a key for {host} over http, which anyone on the way can read; https was expected; "
            "use an https URL, or unset YINZHENG_LLM_KEY where the endpoint needs no key"
        )
    path = parts.path.rstrip("/")
    whole = path if path.endswith(_PATH) else path + _PATH
    return Endpoint(parts._replace(path=whole).geturl(), model or DEFAULT_MODEL, key or None, seconds)


_EXPECTED = "expected http(s)://host[:port]/v1; name the base URL of an OpenAI-compatible server"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

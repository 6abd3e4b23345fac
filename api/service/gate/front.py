"""ASGI middleware: the headers of every answer, the host that was asked for, other origins, HEAD."""

import re
from collections.abc import Callable, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service.gate.facts import facts_of
from api.service.gate.problems import problem

__all__ = ["Cors", "Front"]

# OWASP REST Security Cheat Sheet, "Security Headers"; nothing here is a page, so a page may do nothing.
_HOST = re.compile(r"(?:\[(?P<bracketed>[0-9a-f:.]+)\]|(?P<plain>[^\[\]:@/?#\s]*))(?::[0-9]*)?")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "yinzheng",
    "X-Content-Type-Options": "nosniff",
}


_OF_ASSISTANTS = ("MCP-Protocol-Version", "Mcp-Method", "Mcp-Name")
"""What a client at /mcp sends beside them (Model Context Protocol 2026-07-28, Transports)."""


class Front:
    """Adds the headers that every answer has, refuses foreign hosts, and answers HEAD as GET without a body.

    The check of the host stops a page elsewhere whose name is pointed at this address (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str], version: Callable[[], str | None]) -> None:
        """`hosts` are names without port, empty for any; `version()` is the newest index version."""
        self._app, self._version = app, version
        self._hosts = frozenset(host.lower().strip("[]") for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back with headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(scope, MutableHeaders(scope=message))
            elif head:
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET"} if head else scope
        refused = self._refusal(scope)
        await (refused or self._app)(asked, receive, sent)
        if head and "route" in asked:
            scope["route"] = asked["route"]

    def _complete(self, scope: Scope, headers: MutableHeaders) -> None:
        version = facts_of(scope).index_version or self._version()
        if version:
            headers["X-Index-Version"] = version
        for name, value in _HEADERS.items():
            if name == "Server" or name not in headers:
                headers[name] = value

    def _refusal(self, scope: Scope) -> Response | None:
        names = Headers(scope=scope).getlist("host")
        told = [name for name in names if name]  # granian gives an empty one where none was sent
        if (len(names), len(told)) != (1, 1) and scope.get("http_version") == "1.1":  # RFC 9112, section 3.2
            detail = f"found {len(told)} Host headers that name a host; exactly one was expected"
            return problem(400, detail, instance=scope["path"])
        name = _name(names[0] if names else "")
        if self._hosts and name not in self._hosts:
            detail = (
                f"found the host {name!r:.200}; one of {', '.join(sorted(self._hosts))} was expected; "
                f"whoever runs the service can allow others with YINZHENG_ALLOWED_HOSTS"
            )
            return problem(421, detail, instance=scope["path"])
        return None


class Cors(CORSMiddleware):
    """Lets pages of the origins that were allowed read answers; a refused preflight is a problem document."""

    def __init__(self, app: ASGIApp, *, origins: Sequence[str]) -> None:
        """`origins` such as `https://library.example`; without cookies, with keys."""
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type", "X-API-Key", "X-Request-ID", *_OF_ASSISTANTS),
            expose_headers=("Retry-After", "RateLimit", "X-Index-Version", "X-Request-ID"),
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        """What Starlette answers, or 403 in the form of every other error."""
        response = super().preflight_response(request_headers)
        if response.status_code < 400:
            return response
        detail = "this origin, method or header is not allowed; whoever runs the service can allow origins"
        refused = problem(403, detail, instance="/")
        refused.headers["Vary"] = "Origin"
        return refused


def _name(host: str) -> str:
    """The host without its port: `[::1]:8765` is `::1`; what is no host of RFC 9110, 7.2, stays as it is.

    Example: `_name("localhost:80@evil.example") == "localhost:80@evil.example"`, which no list allows
    """
    match = _HOST.fullmatch(host.lower())
    return (match["bracketed"] or match["plain"]) if match else host.lower()

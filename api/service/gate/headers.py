"""ASGI middleware: a request id, one log line and the metrics of each request; a bound on its body."""

import asyncio
import re
import uuid
from collections.abc import MutableMapping
from time import perf_counter
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service.gate.facts import facts_of
from api.service.gate.pages import FORMS
from api.service.gate.problems import problem
from api.service.metrics import Metrics

__all__ = ["MAX_BODY", "BodyLimit", "RequestRecord"]

MAX_BODY = 64 * 1024
"""Bytes of a request body: a query of 2,000 characters, escaped in JSON, takes 24,000."""

BODY_SECONDS = 10.0
"""Time for the whole body to arrive; a client that sends a byte now and then is not waited for."""

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestRecord:
    """Gives each request an id (`X-Request-ID`), a log line, metrics, and 500 for what nobody foresaw."""

    def __init__(self, app: ASGIApp, *, logger: Any, metrics: Metrics, log_queries: bool = False) -> None:
        """`logger` is a structlog logger; the query string is logged only where `log_queries` says so."""
        self._app, self._logger, self._metrics = app, logger, metrics
        self._log_queries = log_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, then write its record."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, start, status = _request_id(scope), perf_counter(), 0
        facts_of(scope)  # begun here, so that a copy of the scope holds the same notes

        async def send_recorded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_recorded)
        except Exception:
            self._logger.exception("unforeseen_error", request_id=request_id, route=_route(scope))
            if status:
                raise
            await _internal_error(scope, request_id)(scope, receive, send_recorded)
        finally:
            self._record(scope, request_id, status, perf_counter() - start)

    def _record(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route, method = _route(scope), _method(scope)
        self._metrics.observe(method, route, status, seconds)
        facts = facts_of(scope)
        self._metrics.answered(route, facts.hits, facts.refused, facts.cached)
        noted = {"index_version": facts.index_version, "key": facts.key, "kept": facts.cached}
        asked = {"query": scope["query_string"].decode("latin-1")} if self._log_queries else {}
        self._logger.info(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 3),
            **{name: value for name, value in noted.items() if value is not None},
            **asked,
        )


class BodyLimit:
    """Reads the body before it is parsed, up to MAX_BODY bytes: 413 beyond, 408 if it does not come.

    It counts what arrives, so that a missing or false Content-Length does not matter. A body that breaks off
    is not acted on (400), and one that is not declared as JSON is not read as JSON (415).
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared_length(scope) > MAX_BODY:
            await _too_large(scope)(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read(receive)
        except TimeoutError:
            detail = f"the body did not arrive within {BODY_SECONDS:g} seconds; send it at once"
            await problem(408, detail, instance=scope["path"])(scope, receive, send)
            return
        except _BrokenOff:
            await problem(400, "the body broke off; send all of it", instance=scope["path"])(
                scope, receive, send
            )
            return
        if body is None:
            await _too_large(scope)(scope, receive, send)
            return
        if body and not _is_json(scope) and not _is_form(scope):
            await _not_json(scope)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


class _BrokenOff(Exception):
    """The client has gone before the end of its body, or sent a chunk that is none."""


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None once it is longer than MAX_BODY; raises _BrokenOff."""
    pieces, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _BrokenOff
        piece = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BODY:
            return None
        more = message.get("more_body", False)
    return b"".join(pieces)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _declared_length(scope: Scope) -> int:
    value = Headers(scope=scope).get("content-length", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 20 else 0


def _too_large(scope: Scope) -> ASGIApp:
    detail = f"the body has more than {MAX_BODY:,} bytes; send a shorter one"
    return problem(413, detail, instance=scope["path"], headers={"Connection": "close"})


def _is_json(scope: Scope) -> bool:
    return (
        Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower() == "application/json"
    )


def _is_form(scope: Scope) -> bool:
    """A form of the page; its fields are read there, and nothing else reads them."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/x-www-form-urlencoded" and scope["path"] in FORMS


def _not_json(scope: Scope) -> ASGIApp:
    found = Headers(scope=scope).get("content-type", "")
    detail = f"found the content type {found!r:.100}; application/json was expected; name it in Content-Type"
    return problem(415, detail, instance=scope["path"], headers={"Accept-Post": "application/json"})


def _internal_error(scope: Scope, request_id: str) -> ASGIApp:
    detail = "the service failed in a way that nobody foresaw; the log has the cause under this request id"
    return problem(500, detail, instance=scope["path"], request_id=request_id)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex


def _route(scope: Scope) -> str:
    """The path template, so that metrics and logs hold neither queries nor endless label values."""
    kept = scope["path"] if facts_of(scope).cached else "unmatched"
    return str(getattr(scope.get("route"), "path", kept))


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in {"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"} else "OTHER"

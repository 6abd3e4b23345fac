"""ASGI middleware: answers kept as they were sent, by index version and query string.

An index version never changes its answers, so an answer is kept until it is pushed out, and a new version
simply has none yet.
"""

import dataclasses
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service.gate.facts import Facts, facts_of

__all__ = ["AnswerCache"]

KEPT = frozenset({"/v1/search", "/v1/ask", "/v1/related", "/v1/chain", "/v1/cited-by", "/v1/documents"})
"""Paths whose answers depend on the index version and the query string alone."""

_OVERHEAD = 1024  # bytes of an entry beside its body and query string: key, headers, notes

Key = tuple[str, str, bytes]
Kept = tuple[Message, Message, Facts]


class AnswerCache:
    """Keeps the answers last asked for, in at most `size` bytes, for one process and one event loop."""

    def __init__(self, app: ASGIApp, *, size: int, version: Callable[[], str | None]) -> None:
        """`version()` is that of the generation a new request would get."""
        self._app, self._size, self._version = app, size, version
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a kept answer, or pass the request on and keep its answer."""
        version = self._version() if self._may_be_kept(scope) else None
        if version is None:
            await self._app(scope, receive, send)
            return
        facts, key = facts_of(scope), (version, scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        facts.cached = kept is not None
        if kept is not None:
            self._kept.move_to_end(key)
            start, body, noted = kept
            facts.index_version, facts.hits, facts.refused = version, noted.hits, noted.refused
            await send({**start, "headers": list(start["headers"])})
            await send(dict(body))
            return
        messages: list[Message] = []

        async def copied(message: Message) -> None:
            messages.append(
                {**message, "headers": list(message["headers"])} if "headers" in message else message
            )
            await send(message)

        await self._app(scope, receive, copied)
        if len(messages) == 2 and messages[0]["status"] == 200 and facts.index_version == version:
            self._keep(key, (messages[0], messages[1], dataclasses.replace(facts)))

    def _may_be_kept(self, scope: Scope) -> bool:
        return scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in KEPT

    def _keep(self, key: Key, kept: Kept) -> None:
        if key in self._kept or _bytes(key, kept) > self._size // 8:
            return
        self._kept[key] = kept
        self._held += _bytes(key, kept)
        while self._held > self._size:
            self._held -= _bytes(*self._kept.popitem(last=False))


def _bytes(key: Key, kept: Kept) -> int:
    return len(kept[1]["body"]) + len(key[2]) + _OVERHEAD

"""ASGI middleware: who may ask. API keys with scopes, and a rate for each key or address."""

import threading
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BadKeys
from api.service.gate.access_keys import AccessKey, find_key, read_keys
from api.service.gate.clients import Proxies, Rates, is_loopback
from api.service.gate.facts import facts_of
from api.service.gate.pages import cookie_key, is_open, to_sign_in
from api.service.gate.problems import problem
from api.service.policy import Policy
from api.service.policy import Scope as KeyScope

__all__ = ["ALWAYS_OPEN", "WRITING", "Access", "KeyRing"]

ALWAYS_OPEN = frozenset({"/healthz", "/readyz"})
"""What tells a supervisor whether the service lives: neither keys nor rates apply."""

WRITING = frozenset({"/v1/reload"})
"""Paths that need the scope write; every other needs read."""

FEEDS = frozenset({"/v1/feed"})
"""Paths for readers of feeds, which know user and password alone: the key is the password, of any user."""

_CHALLENGE = 'Bearer realm="yinzheng"'
_BASIC = 'Basic realm="yinzheng", charset="UTF-8"'  # RFC 7617


class KeyRing:
    """The keys of a file, read again when it changes, so that a key ends without a restart.

    A file that can no longer be used leaves the keys as they were, and is told of once.
    """

    def __init__(self, file: Path, note: Callable[..., object], *, seconds: float = 1.0) -> None:
        """Read the file; raises BadKeys. It is looked at again at most every `seconds`."""
        self._file, self._note, self._seconds = file, note, seconds
        self._lock = threading.Lock()
        self._state = self._stamp()
        self._keys: Mapping[str, AccessKey] = read_keys(file)
        self._looked = time.monotonic()

    def find(self, presented: str) -> AccessKey | None:
        """The key that was presented, None for a string that is no key."""
        with self._lock:
            if time.monotonic() - self._looked >= self._seconds:
                self._look()
        return find_key(self._keys, presented)

    def _look(self) -> None:
        self._looked, state = time.monotonic(), self._stamp()
        if state == self._state:
            return
        self._state = state
        try:
            self._keys = read_keys(self._file)
            self._note("keys_read", keys=len(self._keys))
        except BadKeys as error:
            self._note("keys_not_read", reason=str(error))

    def _stamp(self) -> tuple[int, ...] | None:
        try:
            stat = self._file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino, stat.st_mode


class Access:
    """Refuses a request without a valid key (401), without the scope (403) or above the rate (429).

    Requests with a key count for the key, others, also those with a wrong key, for the address.
    """

    def __init__(self, app: ASGIApp, *, policy: Policy, note: Callable[..., object]) -> None:
        """Raises BadKeys and BadInput where the policy cannot be used."""
        self._app = app
        self._ring = KeyRing(policy.keys, note) if policy.keys else None
        self._rates = Rates(policy.rate) if policy.rate else None
        self._proxies = Proxies(policy.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in ALWAYS_OPEN:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        presented = _presented(headers, scope["path"]) or cookie_key(headers, scope["method"], scope["path"])
        key = self._ring.find(presented) if self._ring and presented else None
        facts_of(scope).key = key.id if key else None
        address = self._proxies.client(_peer(scope), ",".join(headers.getlist("x-forwarded-for")))
        told: dict[str, str] = {}
        if self._rates:
            allowance = self._rates.take(f"key {key.id}" if key else address)
            told = allowance.headers()
            if not allowance.granted:
                await _too_many(scope, allowance.most, allowance.window, told)(scope, receive, send)
                return
        is_asked = self._ring is not None and not is_open(scope["path"])
        refused = self._refusal(scope, key, presented, address) if is_asked else None
        if refused:
            refused.headers.update(told)
        await (refused or self._app)(scope, receive, _adding(send, told) if told and not refused else send)

    def _refusal(self, scope: Scope, key: AccessKey | None, presented: str, address: str) -> Response | None:
        path = scope["path"]
        if key is None:
            if path == "/metrics" and is_loopback(address) and not presented:
                return None
            form = to_sign_in(scope, Headers(scope=scope), presented=bool(presented))
            if form is not None:
                return form
            found = "a key that is not valid" if presented else "no key"
            detail = f"found {found}; send a valid one as Authorization: Bearer KEY, or as X-API-Key: KEY"
            error = ', error="invalid_token"' if presented else ""  # RFC 6750, section 3.1
            challenge = _CHALLENGE + error + (f", {_BASIC}" if path in FEEDS else "")
            return problem(401, detail, instance=path, headers={"WWW-Authenticate": challenge})
        wanted = KeyScope.WRITE if path in WRITING else KeyScope.READ
        if key.may(wanted):
            return None
        challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{wanted}"'
        detail = f"found a key of scope {key.scope}; scope {wanted} was expected; use a key that has it"
        return problem(403, detail, instance=path, headers={"WWW-Authenticate": challenge})


def _presented(headers: Headers, path: str) -> str:
    """The key in Authorization or X-API-Key; empty where there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    if scheme.lower() == "basic" and path in FEEDS:
        return _password(token)
    return headers.get("x-api-key", "").strip()


def _password(token: str) -> str:
    """The password of Basic; the user where a reader of feeds asked for one name alone."""
    try:
        user, _, password = b64decode(token, validate=True).decode().partition(":")
    except ValueError:  # no base64, or no UTF-8
        return ""
    return (password or user).strip()


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _adding(send: Send, told: Mapping[str, str]) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(told)
        await send(message)

    return sent


def _too_many(scope: Scope, most: int, window: int, told: Mapping[str, str]) -> Response:
    detail = f"more than {most} requests in {window} seconds; ask again after {told['Retry-After']} seconds"
    return problem(429, detail, instance=scope["path"], headers=told)

"""One question to a chat-completions endpoint, and its answer as text: bounded in time, size and hops.

The request has three fields only, model, messages and stream: those that every server of this kind takes
(some refuse a temperature or a bound on tokens). What comes back is checked later; here it is only bounded.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import orjson

from api.writer.endpoint import Endpoint
from api.writer.errors import AnswerUnusable, EndpointFailed, EndpointSlow, WriterUnavailable
from api.writer.parse import completion_text

if TYPE_CHECKING:
    import httpx

__all__ = ["LARGEST", "Message", "complete", "need_client"]

Message = Mapping[str, str]

LARGEST = 1 << 20
"""Bytes of an answer; a dozen sentences have some 10 kB, with a model's own thoughts 100."""

CONNECT_SECONDS = 5.0
LONGEST_PAUSE = 5.0
"""Seconds that a busy endpoint may ask us to wait before the one second attempt."""

_BUSY = (429, 503)


def need_client() -> None:
    """Raise WriterUnavailable where httpx is missing; called before anything is searched."""
    try:
        import httpx  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise WriterUnavailable(
            f"the writer speaks to its endpoint through httpx, which is not installed ({error}); "
            'the extra "writer" was expected; run: pip install "yinzheng[writer]"'
        ) from error


def complete(endpoint: Endpoint, messages: Sequence[Message]) -> str:
    """What the model says; raises EndpointFailed, EndpointSlow or AnswerUnusable. Not for an event loop.

    Redirects are not followed: the documents go where the operator said, and nowhere else. Proxies and
    credentials of the environment are not used.
    """
    need_client()
    try:
        return completion_text(asyncio.run(_within(endpoint, messages)))
    except TimeoutError as error:
        raise EndpointSlow(
            f"the endpoint did not answer within {endpoint.seconds:g} seconds; "
            "ask again, or use a faster model"
        ) from error


async def _within(endpoint: Endpoint, messages: Sequence[Message]) -> bytes:
    # A timeout of httpx bounds one read: a byte now and then would hold us for ever.
    async with asyncio.timeout(endpoint.seconds):
        return await _exchange(endpoint, messages)


async def _exchange(endpoint: Endpoint, messages: Sequence[Message]) -> bytes:
    import httpx

    body = orjson.dumps({"model": endpoint.model, "messages": list(messages), "stream": False})
    timeout = httpx.Timeout(endpoint.seconds, connect=CONNECT_SECONDS)
    try:
        async with httpx.AsyncClient(timeout=timeout, trust_env=False, follow_redirects=False) as client:
            for last in (False, True):
                async with client.stream(
                    "POST", endpoint.url, content=body, headers=_headers(endpoint)
                ) as response:
                    pause = None if last else _pause(response)
                    if pause is None:
                        return await _read(response)
                await asyncio.sleep(pause)
    except httpx.TimeoutException as error:
        raise TimeoutError from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        raise EndpointFailed(
            f"the endpoint could not be asked: {type(error).__name__}: {error!s:.200}; "
            "see whether it runs and whether the URL is right"
        ) from error
    raise AssertionError("the second attempt returns or raises")


def _headers(endpoint: Endpoint) -> dict[str, str]:
    """No compression: a small body could grow without bound when unpacked."""
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
    }
    return headers | ({"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {})


def _pause(response: "httpx.Response") -> float | None:
    """Seconds to wait before the second attempt; None where there is to be none."""
    if response.status_code not in _BUSY:
        return None
    stated = response.headers.get("retry-after", "1")
    try:
        seconds = (
            float(stated) if stated.isdecimal() else parsedate_to_datetime(stated).timestamp() - time.time()
        )
    except (ValueError, OverflowError):
        return None
    return max(0.0, seconds) if seconds <= LONGEST_PAUSE else None


async def _read(response: "httpx.Response") -> bytes:
    status = response.status_code
    if status != 200:
        told = "a redirect, which is not followed" if 300 <= status < 400 else "expected 200"
        raise EndpointFailed(
            f"the endpoint answered with status {status}, {told}; see its log, its URL, and YINZHENG_LLM_KEY"
        )
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or response.headers.get("content-encoding", "identity") != "identity":
        raise AnswerUnusable(
            f"the endpoint answered with {kind!r:.80}; plain application/json was expected; "
            "see whether the URL is that of a chat-completions endpoint"
        )
    data = bytearray()
    async for piece in response.aiter_raw():
        data += piece
        if len(data) > LARGEST:
            raise AnswerUnusable(f"the answer has more than {LARGEST:,} bytes; ask for a shorter one")
    return bytes(data)

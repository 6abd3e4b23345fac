"""`/mcp` of the service: the same tools over streamable HTTP, each call on the index that is current then.

Every request stands by itself: no session, no stream, so any worker answers any of them, and a request holds
its turn no longer than its work. Keys, rates, hosts, bodies and turns are those of every other path.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.errors import ExtraNotInstalled
from api.page.forms import is_ours
from api.service.gate.headers import MAX_BODY
from api.service.gate.problems import problem
from api.service.routes.common import RequestIndex, Service
from api.service.routes.failures import BODY, FILE, Responses, example, responses_of
from api.service.routes.parameters import only_known

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

    from api.mcp.results import Results

__all__ = ["PATH", "RpcAnswer", "router"]

PATH = "/mcp"


class RpcAnswer(BaseModel):
    """An answer of JSON-RPC 2.0: a result or an error."""

    jsonrpc: str = Field(description="`2.0`.")
    id: str | int | None = Field(description="That of the request.")
    result: dict[str, Any] | None = Field(
        None, description="What the method gives: of `tools/call` a result."
    )
    error: dict[str, Any] | None = Field(None, description="`code` and `message`, instead of a result.")


_CALL: Final = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
_REQUEST: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["jsonrpc", "method"],
    "properties": {
        "jsonrpc": {"const": "2.0"},
        "id": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "method": {"type": "string"},
        "params": {"type": "object"},
    },
    "example": {**_CALL, "params": {"name": "search", "arguments": {"query": "取水许可", "k": 3}}},
}
_RESULT: Final = {"jsonrpc": "2.0", "id": 1, "result": {"content": [], "structuredContent": {"hits": []}}}
_REFUSED: Final = {"application/json": {"schema": {"$ref": "#/components/schemas/RpcAnswer"}}}

_FOREIGN: Final = (
    "found the origin {!r:.200}, a page of another site; one of this service, or none, was expected; "
    "whoever runs the service can allow others with YINZHENG_ALLOW_ORIGINS"
)

_asked: ContextVar[tuple[RequestIndex, str]] = ContextVar("asked")
"""The index of the request under way and the address of its page: what a tool is lent."""


def router(origins: Sequence[str] = ()) -> APIRouter:
    """The endpoint /mcp; pages of `origins` may call it, as well as our own.

    Without the extra `mcp` it answers 501 with the remedy, to GET too, by which people look.
    """
    routes = APIRouter(tags=["assistants"], dependencies=[Depends(only_known)])
    installed = find_spec("mcp") is not None

    async def mcp(request: Request, service: Service) -> Response:
        """The tools and resources for assistants, by the Model Context Protocol (streamable HTTP)."""
        origin = request.headers.get("origin")
        if origin not in origins and not is_ours(request):
            raise HTTPException(403, _FOREIGN.format(origin))
        if not installed:
            return _not_installed("mcp")
        if not _is_json(request):
            raise HTTPException(415, "application/json was expected; name it in Content-Type")
        try:
            server = await run_sync(_server)  # the SDK takes half a second to load
        except ImportError as error:
            return _not_installed(error.name or "mcp")
        return _Answered(server, service, str(request.base_url))

    described = {"content": {"application/json": {"schema": _REQUEST}}, "required": True}
    post = routes.post(
        PATH, response_model=RpcAnswer, responses=_answers(), openapi_extra={"requestBody": described}
    )
    post(mcp)
    if not installed:
        routes.get(PATH, include_in_schema=False)(mcp)
    return routes


class _Answered(Response):
    """Answers by the server of the SDK, in one piece of JSON: nothing is streamed."""

    def __init__(self, server: "Server[Any]", service: RequestIndex, site: str) -> None:
        """`site` is the address of the page, to which permalinks lead."""
        super().__init__()
        self._server, self._lent = server, (service, site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on; whatever it accepts, JSON is what there is (RFC 9110, section 12.4.1)."""
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        MutableHeaders(scope=scope)["accept"] = "application/json, text/event-stream"
        manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=MAX_BODY
        )
        token = _asked.set(self._lent)
        try:
            async with manager.run():
                await manager.handle_request(scope, receive, send)
        finally:
            _asked.reset(token)


def _answers() -> Responses:
    """What a request can be answered with; errors of JSON-RPC itself come as JSON-RPC."""
    told = {**example(_RESULT, *BODY, *FILE), 202: {"description": "A notification was taken in"}}
    malformed = responses_of(400)[400]
    malformed["content"] |= _REFUSED
    return {**told, 400: malformed, 404: {"description": "There is no such method", "content": _REFUSED}}


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _not_installed(module: str) -> Response:
    told = str(ExtraNotInstalled(PATH, module, "mcp"))
    return problem(
        501,
        f"{told}, and start the service again",
        instance=PATH,
        slug="not-installed",
        title="Not installed",
    )


@cache
def _server() -> "Server[Any]":
    """What answers for every application of this process; raises ImportError without the extra."""
    from api.mcp.server import build_server

    made = build_server(_lend)
    made.streamable_http_app()  # only for its manager, by which the SDK gives out the server below
    return made.session_manager.app


@contextmanager
def _lend() -> "Iterator[Results]":
    from api.mcp.results import Results

    service, site = _asked.get()
    with service.lease() as library:
        yield Results(library, site, service.note)

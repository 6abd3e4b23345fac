"""Errors as `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from api.errors import foreseeable, outcome_of
from api.memory import explained

__all__ = ["MEDIA_TYPE", "install_handlers", "problem"]

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str,
    *,
    instance: str,
    slug: str | None = None,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
    **extension: Any,
) -> Response:
    """A problem document; without a slug its type is `about:blank` and its title the status phrase.

    Example body: `{"type": "urn:yinzheng:problem:bad-query", "title": "Bad query", "status": 422,
    "detail": "k is 0; …", "instance": "/v1/search"}`
    """
    body = {
        "type": f"urn:yinzheng:problem:{slug}" if slug else "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": _encodable(detail),
        "instance": quote(_encodable(instance), safe="/:@!$&'()*+,;=~"),
        **extension,
    }
    return Response(orjson.dumps(body), status, dict(headers or {}), media_type=MEDIA_TYPE)


def install_handlers(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Answer every error of a request with a problem document; `routes` say which methods a path has."""

    async def http_error(request: Request, error: Exception) -> Response:
        return _http_error(request, cast(HTTPException, error), routes)

    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    for kind in foreseeable():
        app.add_exception_handler(kind, _foreseen)


def _http_error(request: Request, error: HTTPException, routes: Sequence[BaseRoute]) -> Response:
    detail, headers = str(error.detail), dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = "there is nothing at this path; /openapi.json lists what there is"
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request, routes)) or "GET, HEAD"
        detail = f"{request.method[:40]} is not allowed here; {headers['Allow']} are"
    return problem(error.status_code, detail, instance=request.url.path, headers=headers)


def _methods(request: Request, routes: Sequence[BaseRoute]) -> list[str]:
    """The methods of a path; Starlette names those of its first route only."""
    at_path = [
        each for each in routes if isinstance(each, Route) and each.matches(request.scope)[0] != Match.NONE
    ]
    methods = {method for route in at_path for method in route.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


async def _invalid_request(request: Request, error: Exception) -> Response:
    """422, naming each field; the input is not repeated, since it may be no valid Unicode."""
    error = cast(RequestValidationError, error)
    errors = [
        {"field": _encodable(".".join(map(str, e["loc"]))), "message": _encodable(str(e["msg"]))}
        for e in error.errors()
    ][:20]
    detail = "; ".join(f"{e['field']}: {e['message']}" for e in errors)
    return problem(422, detail, instance=request.url.path, slug="bad-input", title="Bad input", errors=errors)


async def _foreseen(request: Request, error: Exception) -> Response:
    outcome = outcome_of(error)
    if outcome is None:
        raise error
    headers = {"Retry-After": "1"} if outcome.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(
        outcome.status,
        str(explained(error)),
        instance=request.url.path,
        slug=outcome.slug,
        title=outcome.title,
        headers=headers,
    )


def _encodable(text: str) -> str:
    """The text with lone surrogates replaced: JSON in UTF-8 cannot hold them."""
    return text.encode("utf-8", "replace").decode("utf-8")

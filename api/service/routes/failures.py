"""Which errors an endpoint can answer with, each with an example, for /openapi.json."""

from collections.abc import Iterable
from typing import Any, Final

from api.service.gate.problems import MEDIA_TYPE

__all__ = ["BODY", "FILE", "FOUND", "Responses", "example", "responses_of"]

Responses = dict[int | str, dict[str, Any]]

_DETAILS: Final[dict[int, tuple[str, str, str]]] = {
    400: ("about:blank", "Bad Request", "the body broke off; send all of it"),
    401: ("about:blank", "Unauthorized", "found no key; send a valid one as Authorization: Bearer KEY, …"),
    403: ("about:blank", "Forbidden", "found a key of scope read; scope write was expected; …"),
    404: ("unknown-reference", "Unknown reference", "建议999 names no unit of this index; …"),
    408: ("about:blank", "Request Timeout", "the body did not arrive within 10 seconds; send it at once"),
    413: (
        "about:blank",
        "Request Entity Too Large",
        "the body has more than 65,536 bytes; send a shorter one",
    ),
    415: ("about:blank", "Unsupported Media Type", "found the content type 'text/plain'; application/json …"),
    421: ("about:blank", "Misdirected Request", "found the host 'elsewhere.example'; one of localhost …"),
    422: ("bad-input", "Bad input", "query.k: Input should be less than or equal to 100"),
    429: (
        "about:blank",
        "Too Many Requests",
        "more than 600 requests in 60 seconds; ask again after 7 seconds",
    ),
    500: ("about:blank", "Internal Server Error", "the service failed in a way that nobody foresaw; …"),
    501: ("not-installed", "Format not installed", "DOCX needs python-docx: pip install 'yinzheng[exports]'"),
    503: (
        "busy",
        "Busy",
        "the service has more requests than it can answer; ask again in a moment, or for less",
    ),
}

ALWAYS: Final = (401, 403, 421, 422, 429, 500, 503)
BODY: Final = (400, 408, 413, 415)
"""Of an endpoint that reads a body."""
FOUND: Final = (404,)
"""Of an endpoint that looks something up."""
FILE: Final = (501,)
"""Of an endpoint that writes files of several formats."""


_BYTES: Final = {"type": "string", "format": "binary"}


def responses_of(*statuses: int) -> Responses:
    """The responses of these statuses.

    Example: `responses_of(503)[503]["content"]["application/problem+json"]["example"]["status"] == 503`
    """
    return {status: _response(status) for status in statuses}


def example(value: dict[str, Any], *also: int, files: Iterable[str] = ()) -> Responses:
    """The `responses` of an endpoint: this example for 200, the errors of all, and those of `also`.

    `files` are the media types of the files that it writes too, with or without parameters.
    """
    bare = [media_type.partition(";")[0] for media_type in files]
    content: dict[str, Any] = {name: {"schema": {} if name.endswith("json") else _BYTES} for name in bare}
    answer = {"description": "Answer", "content": {**content, "application/json": {"example": value}}}
    return {200: answer, **responses_of(*sorted({*ALWAYS, *also}))}


def _response(status: int) -> dict[str, Any]:
    slug, title, detail = _DETAILS[status]
    kind = slug if slug == "about:blank" else f"urn:yinzheng:problem:{slug}"
    shown = {"type": kind, "title": title, "status": status, "detail": detail, "instance": "/v1/…"}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": shown}
    return {"description": title, "content": {MEDIA_TYPE: content}}

"""Refuses query parameters that an endpoint does not know: a misspelt filter would filter nothing."""

from typing import cast, get_origin
from urllib.parse import unquote_to_bytes

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

__all__ = ["only_known"]


async def only_known(request: Request) -> None:
    """A dependency: raises RequestValidationError for an unknown name, or a second value of a single one."""
    if not request.scope["query_string"]:
        return
    if not _is_utf8(request.scope["query_string"]):
        raise RequestValidationError([_error("", "holds bytes that are no UTF-8; escape the text as UTF-8")])
    known = _known(cast(APIRoute, request.scope["route"]))
    wrong = []
    for name in dict.fromkeys(request.query_params.keys()):
        if name not in known:
            expected = ", ".join(known) or "none"
            wrong.append(_error(name, f"there is no such parameter here; known are: {expected}"))
        elif not known[name] and len(request.query_params.getlist(name)) > 1:
            wrong.append(_error(name, "is given more than once; one value was expected"))
    if wrong:
        raise RequestValidationError(wrong)


def _is_utf8(query: bytes) -> bool:
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _known(route: APIRoute) -> dict[str, bool]:
    """The names of a route's query parameters, and whether each takes several values."""
    fields = route.dependant.query_params
    return {field.alias: get_origin(field.field_info.annotation) is list for field in fields}


def _error(name: str, message: str) -> dict[str, object]:
    return {"type": "unknown", "loc": ("query", name[:100]), "msg": message, "input": None}

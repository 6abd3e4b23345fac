"""Errors as a model reads them: what was wrong with the call, and what to call instead."""

from collections.abc import Iterator
from contextlib import contextmanager

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError

from api.errors import foreseeable, outcome_of

__all__ = ["resource_errors", "tool_errors"]

_NEXT = {
    "unknown-reference": "Call `search` with the words of the matter, or `documents` for what there is. "
    "Do not cite this reference.",
    "unknown-unit": "Call `documents` for the ids and the counts.",
    "unknown-item": "Call `show` without the item.",
    "bad-query": "Mend the argument and call again; `documents` lists the ids for the filter.",
    "bad-input": "Mend the arguments and call again.",
    "not-ready": "Call again in a minute; if that fails too, tell the user that the index is not open.",
}
_OPERATOR = "Nothing that you can mend: tell the user that the index of this server cannot be read."


@contextmanager
def tool_errors() -> Iterator[None]:
    """Within a tool: a foreseeable error becomes a ToolError that says what to do next."""
    try:
        yield
    except foreseeable() as error:
        raise ToolError(_told(error)) from error


@contextmanager
def resource_errors() -> Iterator[None]:
    """Within a resource: the same; what does not exist is told as such."""
    try:
        yield
    except foreseeable() as error:
        outcome = outcome_of(error)
        kind = ResourceNotFoundError if outcome and outcome.status == 404 else ResourceError
        raise kind(_told(error)) from error


def _told(error: Exception) -> str:
    """`no unit … . Call …`; of what only the operator can mend, no path of the machine is told."""
    outcome = outcome_of(error)
    if outcome is None or outcome.status >= 500:
        return f"{type(error).__name__}. {_NEXT.get(outcome.slug, _OPERATOR) if outcome else _OPERATOR}"
    return f"{error}. {_NEXT.get(outcome.slug, _NEXT['bad-input'])}"

"""What one request has turned out to be: noted on the way, read by the log, the metrics and the headers."""

from dataclasses import dataclass
from typing import cast

from starlette.types import Scope

__all__ = ["Facts", "facts_of"]

_KEY = "yinzheng.facts"


@dataclass(slots=True)
class Facts:
    """Notes on one request; None where nothing is known.

    Example: `Facts(index_version="7-3f2a9c", hits=10)`
    """

    index_version: str | None = None
    """The generation that answered."""
    hits: int | None = None
    """Units of a ranked answer."""
    refused: bool | None = None
    """Whether `ask` refused."""
    key: str | None = None
    """The id of the API key."""
    cached: bool | None = None
    """Whether a kept answer was given; None where the answer is of a kind that is not kept."""


def facts_of(scope: Scope) -> Facts:
    """The notes of this request, begun where there are none."""
    return cast(Facts, scope.setdefault(_KEY, Facts()))

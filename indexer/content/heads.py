"""What the head of a document says of when its units came in."""

from typing import Any

import orjson

__all__ = ["arrivals", "newest_arrival"]


def arrivals(told: dict[str, Any]) -> tuple[tuple[int, int | None], ...]:
    """When units of a document's head came in, in runs; nothing in an index that does not say."""
    return tuple((int(first), None if when is None else int(when)) for first, when in told.get("came", ()))


def newest_arrival(head: bytes) -> int | None:
    """When the newest of a document's units came in; None where its head does not say."""
    return max((when for _, when in arrivals(orjson.loads(head)) if when is not None), default=None)

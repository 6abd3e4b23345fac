"""A unit with its neighbours in reading order."""

from indexer.snapshot import Snapshot

__all__ = ["neighbours"]


def neighbours(snapshot: Snapshot, row: int, context: int = 0) -> list[int]:
    """The row with up to `context` rows of the same document on each side, in reading order.

    Example: `neighbours(snapshot, 17, 1) == [16, 17, 18]` inside a document.
    Raises ValueError for a negative context.
    """
    if context < 0:
        raise ValueError(f"context is {context}; 0 or more was expected; ask for 0 to see the unit alone")
    rows = sorted(snapshot.units.rows(document=snapshot.units.get(row).document))
    place = rows.index(row)
    return rows[max(0, place - context) : place + context + 1]

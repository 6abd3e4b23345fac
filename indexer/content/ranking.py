"""The order of hits, shared by lexical and dense search: best first, ties by row, whatever the limit.

Both engines add up floats in an order that depends on the limit and on a row's place, so equal rows may
come out one unit in the last place apart, and neither promises which of two equal rows it keeps at the
limit. Scores are therefore rounded to 17 significant bits (5 decimal digits), and rows are fetched until the
last one fetched scores below the last one kept.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Hits", "Rows", "Scores", "exact_top", "round_scores"]

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Hits = tuple[Rows, Scores]

MARGIN = 16  # rows fetched beyond the limit, so that few ties cost no second fetch
DROPPED_BITS = 7  # of the 24 of a float32: rounding errors of some dozens of additions stay below


def exact_top(
    fetch: Callable[[int], Hits], limit: int, total: int, allowed: NDArray[np.bool_] | None = None
) -> Hits:
    """The best `limit` rows: `(≤limit,) int64`, `(≤limit,) float32`, falling scores, ties by rising row.

    `fetch(n)` gives the best n of `total` rows, fewer only where there are no more; `allowed` is
    `(total,) bool` where a filter is left to be applied here. Rows that score 0 or less are no hits.
    """
    limit = min(limit, total)
    if limit < 1:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    wanted = limit + MARGIN
    while True:
        rows, raw = fetch(min(wanted, total))
        scores = round_scores(raw)
        keep = scores > 0
        if allowed is not None:
            keep &= allowed[rows]
        kept = np.sort(scores[keep])[::-1]  # (hits so far,)
        exhausted = wanted >= total or len(rows) < wanted or scores.min() <= 0
        if exhausted or (len(kept) >= limit and kept[limit - 1] > scores.min()):
            break
        wanted *= 4
    rows, scores = rows[keep], scores[keep]
    order = np.lexsort((rows, -scores))[:limit]
    return rows[order], scores[order]


def round_scores(scores: Scores) -> Scores:
    """Scores to 17 significant bits, e.g. 3.7748933 and 3.7748931 both become 3.774902."""
    bits = np.ascontiguousarray(scores, np.float32).view(np.uint32)
    half = np.uint32(1 << (DROPPED_BITS - 1))
    mask = np.uint32(0xFFFFFFFF ^ ((1 << DROPPED_BITS) - 1))
    return ((bits + half) & mask).view(np.float32)

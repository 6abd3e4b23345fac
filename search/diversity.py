"""Hits from many documents: at most so many of one before another document has had its turn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from search.hits import Hit

__all__ = ["DEEPER", "cap_for", "spread"]

DEEPER = 3
"""How many times k hits to look at, so that there is something to spread."""


def cap_for(k: int) -> int:
    """Units of one document among k hits: half of them, rounded up. Example: `cap_for(10) == 5`."""
    return (k + 1) // 2


def spread(hits: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """The best k hits with at most `cap_for(k)` of one document, ranks from 1.

    A cap and not MMR: MMR drops what is like a better hit, and of precedents the likeness is what is
    asked for. Hits over the cap follow only where there are not k others, so that nothing is withheld.
    Example: of documents A A A B with k = 3 come A A B
    """
    seen: Counter[str] = Counter()
    within: list[Hit] = []
    over: list[Hit] = []
    for hit in hits:
        seen[hit.unit.document] += 1
        (within if seen[hit.unit.document] <= cap_for(k) else over).append(hit)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate([*within, *over][:k], start=1))

"""Hits from many documents: at most so many of one before the others have had their turn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from search.hits import Hit

__all__ = ["DEEPER", "cap_for", "spread"]

DEEPER = 3
"""How many times k hits to look at, so that there is something to spread."""

_FAIR_SHARES = 2  # a document in which the matter is treated may have more than others, and not all
_LEAST = 2


def cap_for(k: int, documents: int) -> int:
    """Units of one document among k hits: twice its fair share k / documents, and at least two.

    Example: `cap_for(10, 4) == 5`, `cap_for(10, 30) == 2`; of two documents either may fill all k.
    """
    return max(_LEAST, -(-_FAIR_SHARES * k // max(1, documents)))


def spread(hits: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """The best k hits with at most `cap_for` of one document, ranks from 1.

    A cap and not MMR: MMR drops what is like a better hit, and of precedents the likeness is what is
    asked for. Hits over the cap follow only where there are not k others, so that nothing is withheld.
    Example: of documents A A A A B C with k = 3 come A A B
    """
    cap = cap_for(k, len({hit.unit.document for hit in hits}))
    seen: Counter[str] = Counter()
    within: list[Hit] = []
    over: list[Hit] = []
    for hit in hits:
        seen[hit.unit.document] += 1
        (within if seen[hit.unit.document] <= cap else over).append(hit)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate([*within, *over][:k], start=1))

"""The rule that makes one ranking of the candidate lists."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from search.candidates.fusion import Candidates, by_maximum, by_range, empty, ranked, weighted_sum

__all__ = ["Lists", "combine", "lead"]


@dataclass(frozen=True, slots=True)
class Lists:
    """What each kind of evidence found.

    `lexical`, `expansion`: BM25 scores of the query's words, and of the terms they stand for.
    `dense`: cosines. `cited`: units that a reference in the query points at, or that cite what a
    passage cites. `least`: the BM25 score under which no unit counts as a good match.
    """

    lexical: Candidates = field(default_factory=empty)
    expansion: Candidates = field(default_factory=empty)
    dense: Candidates = field(default_factory=empty)
    cited: Candidates = field(default_factory=empty)
    least: float = 0.0


def combine(lists: Lists, *, dense: float, cited: float) -> Candidates:
    """The weighted sum of all lists; `dense` and `cited` are weights against 1 for BM25.

    BM25 scores of words and of terms are in one unit, so they are added first and normalised
    together: normalised apart, a term found nowhere in force would weigh as much as a perfect match.
    The sum is divided by its best score, or by `least` where that is more: an English question finds
    nothing but the terms of one of its words, and these must not silence the meaning of the rest.
    Cosines are spread over 0 to 1 (a convex combination in the sense of Bruch, Gai and Ingber, "An
    analysis of fusion functions for hybrid retrieval", TOIS 2023).
    """
    bm25 = weighted_sum([lists.lexical, lists.expansion], [1.0, 1.0])
    return weighted_sum(
        [by_maximum(bm25, lists.least), by_range(lists.dense), by_maximum(lists.cited)], [1.0, dense, cited]
    )


def lead(rows: Sequence[int], ranking: Candidates) -> Candidates:
    """Put rows in front of a ranking, in their order, each row once; scores stay descending."""
    if not rows:
        return ranking
    top = float(ranking.scores[0]) if len(ranking.rows) else 0.0
    first = {row: top + len(rows) - place for place, row in enumerate(dict.fromkeys(rows))}
    rest = [(row, score) for row, score in zip(*map(list, ranking), strict=True) if row not in first]
    return ranked([*first, *(row for row, _ in rest)], [*first.values(), *(score for _, score in rest)])

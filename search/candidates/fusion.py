"""One ranking out of several: reciprocal rank fusion and a weighted sum of normalised scores."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Candidates",
    "best_of",
    "by_maximum",
    "by_range",
    "empty",
    "followed",
    "ranked",
    "reciprocal_rank",
    "weighted_sum",
]


_STEP = 1e-6  # by which what follows a ranking scores less at least


class Candidates(NamedTuple):
    """A ranked list, best first: `rows (n,) int64` of the snapshot, `scores (n,) float64`.

    Example: `Candidates(np.array([7, 2]), np.array([3.1, 0.4]))`
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float64]


def empty() -> Candidates:
    """The list of no candidates."""
    return Candidates(np.empty(0, np.int64), np.empty(0, np.float64))


def ranked(
    rows: Sequence[int] | NDArray[np.int64], scores: Sequence[float] | NDArray[np.float64]
) -> Candidates:
    """Order by score, best first, ties by row: `ranked([5, 3], [1.0, 1.0]).rows` is `[3, 5]`."""
    row_array, score_array = np.asarray(rows, np.int64), np.asarray(scores, np.float64)
    order = np.lexsort((row_array, -score_array))
    return Candidates(row_array[order], score_array[order])


def reciprocal_rank(lists: Sequence[Candidates], *, k: int = 60) -> Candidates:
    """RRF: a row scores the sum over lists of 1 / (k + rank), ranks from 1.

    Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods", SIGIR 2009, with their k = 60. Scores within a list are not looked at.
    Example: first in one list and second in another scores 1/61 + 1/62.
    """
    ranks = [Candidates(one.rows, 1.0 / np.arange(k + 1.0, k + 1.0 + len(one.rows))) for one in lists]
    return weighted_sum(ranks, [1.0] * len(ranks))


def weighted_sum(lists: Sequence[Candidates], weights: Sequence[float]) -> Candidates:
    """CombSUM with weights (Fox and Shaw, TREC-2, 1994); a row absent from a list scores 0 there.

    The caller normalises. Raises ValueError unless there is one weight for each list.
    Example: lists {a: 1, b: .5} and {b: 1} with weights 1 and .5 give b 1.0, a 1.0, ties by row.
    """
    if len(lists) != len(weights):
        raise ValueError(f"{len(lists)} lists and {len(weights)} weights; expected one weight for each list")
    if not lists:
        return empty()
    rows, inverse = _distinct([one.rows for one in lists])
    parts = [weight * one.scores for one, weight in zip(lists, weights, strict=True)]
    scores = np.asarray(np.bincount(inverse, np.concatenate(parts), len(rows)), np.float64)
    return ranked(rows, scores)


def best_of(lists: Sequence[Candidates]) -> Candidates:
    """CombMAX (Fox and Shaw, 1994): a row scores its best over the lists."""
    if not lists:
        return empty()
    rows, inverse = _distinct([one.rows for one in lists])
    best = np.full(len(rows), -np.inf)
    np.maximum.at(best, inverse, np.concatenate([one.scores for one in lists]))
    return ranked(rows, best)


def followed(ranking: Candidates, others: Candidates) -> Candidates:
    """A ranking, and behind it the rows of another one that it lacks, in their order; scores keep falling.

    Example: [7: 1.0, 3: .5] followed by [3: .9, 5: .8, 1: .6] is 7, 3, 5, 1 with 1.0, .5 and less.
    """
    new = ~np.isin(others.rows, ranking.rows)
    if not new.any() or not len(ranking.rows):
        return ranking if len(ranking.rows) else others
    rows, scores = others.rows[new], others.scores[new]
    below = ranking.scores[-1] - _STEP - (scores[0] - scores)
    return Candidates(np.concatenate([ranking.rows, rows]), np.concatenate([ranking.scores, below]))


def _distinct(lists: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each row once, rising, and where each given row stands among them; time is that of the lists alone."""
    joined = np.concatenate(lists)
    ordered = np.sort(joined)
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    rows = ordered[first]
    return rows, np.searchsorted(rows, joined)


def by_maximum(candidates: Candidates, least: float = 0.0) -> Candidates:
    """Divide by the best score: for scores whose least possible value is 0, as BM25's is.

    Where the best is under `least`, divide by that: a list of poor matches shall not reach 1.
    """
    if not len(candidates.rows) or candidates.scores[0] <= 0:
        return empty()
    return Candidates(candidates.rows, candidates.scores / max(candidates.scores[0], least))


def by_range(candidates: Candidates) -> Candidates:
    """Map worst to 0 and best to 1: for cosines, whose level says little and whose order says much.

    A list of one, or of equal scores, maps to 1.
    """
    if not len(candidates.rows):
        return candidates
    low, high = candidates.scores[-1], candidates.scores[0]
    if high <= low:
        return Candidates(candidates.rows, np.ones(len(candidates.rows)))
    return Candidates(candidates.rows, (candidates.scores - low) / (high - low))

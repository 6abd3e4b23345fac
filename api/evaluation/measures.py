"""Measures of one ranking against graded units.

A ranking is a list of keys, best first. A key that comes again is ignored: a unit counts once.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import log2
from typing import TypeVar

import numpy as np

__all__ = ["bootstrap_interval", "ndcg", "recall", "reciprocal_rank", "success"]

Key = TypeVar("Key", bound=Hashable)

DIRECT = 2
"""The grade of a unit that answers directly."""


def ndcg(ranking: Iterable[Key], grades: Mapping[Key, int], cutoff: int = 10) -> float:
    """Normalised discounted cumulative gain with gains 2^grade − 1 and discount log2(rank + 1).

    Burges et al., Learning to Rank using Gradient Descent (2005). 0 where nothing is relevant.
    Example: `ndcg(["b", "a"], {"a": 2}) == 1 / log2(3)`
    """
    ideal = _dcg(sorted(grades.values(), reverse=True)[:cutoff])
    found = _dcg([grades.get(key, 0) for key in _first(ranking, cutoff)])
    return found / ideal if ideal else 0.0


def success(ranking: Iterable[Key], grades: Mapping[Key, int], cutoff: int) -> float:
    """1 where a unit of grade 2 is among the first `cutoff`, else 0."""
    return float(any(grades.get(key, 0) >= DIRECT for key in _first(ranking, cutoff)))


def recall(ranking: Iterable[Key], grades: Mapping[Key, int], cutoff: int = 10) -> float:
    """Share of the relevant units, of either grade, among the first `cutoff`."""
    return sum(key in grades for key in _first(ranking, cutoff)) / len(grades) if grades else 0.0


def reciprocal_rank(ranking: Iterable[Key], grades: Mapping[Key, int], cutoff: int = 10) -> float:
    """1 / rank of the first unit of grade 2 among the first `cutoff`, else 0."""
    ranks = (rank for rank, key in enumerate(_first(ranking, cutoff), 1) if grades.get(key, 0) >= DIRECT)
    return 1.0 / next(ranks, float("inf"))


def bootstrap_interval(
    values: Sequence[float], *, resamples: int = 1000, level: float = 0.95, seed: int = 20_190_909
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean (Efron and Tibshirani, 1993, chapter 13).

    `values` has one entry a question. The seed is fixed so that a report can be repeated.
    Example: `bootstrap_interval([0.5, 0.5]) == (0.5, 0.5)`
    """
    sample = np.asarray(values, dtype=np.float64)  # (n,)
    if not sample.size:
        return (float("nan"), float("nan"))
    picks = np.random.default_rng(seed).integers(sample.size, size=(resamples, sample.size))
    low, high = np.quantile(sample[picks].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return (float(low), float(high))


def _first(ranking: Iterable[Key], cutoff: int) -> list[Key]:
    return list(dict.fromkeys(ranking))[:cutoff]


def _dcg(grades: Iterable[int]) -> float:
    return sum((2.0**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))

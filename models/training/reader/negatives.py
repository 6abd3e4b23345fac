"""Passages that look as though they answered: the best of BM25 over character bigrams (k1 1.2, b .75)."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

__all__ = ["Lookalikes", "bigrams"]

K1, B = 1.2, 0.75


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring characters. Example: `bigrams("贩运 人") == ["贩运", "运人"]`."""
    bare = "".join(text.split())
    return [bare[at : at + 2] for at in range(len(bare) - 1)]


class Lookalikes:
    """BM25 over bigrams of a few thousand passages."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index the texts."""
        self.texts = texts
        counts = [Counter(bigrams(text)) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], np.float32)
        norms = K1 * (1 - B + B * lengths / lengths.mean())
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, count in enumerate(counts):
            for term, times in count.items():
                found[term].append((number, times * (K1 + 1) / (times + norms[number])))
        self._postings = {
            term: (
                np.array([n for n, _ in rows]),
                np.array([w for _, w in rows], np.float32) * self._idf(rows),
            )
            for term, rows in found.items()
        }

    def best(self, query: str, count: int) -> list[int]:
        """Numbers of the texts that score best, best first."""
        scores = np.zeros(len(self.texts), np.float32)
        for term in set(bigrams(query)):
            if term in self._postings:
                numbers, weights = self._postings[term]
                scores[numbers] += weights
        return [int(number) for number in np.argsort(-scores, kind="stable")[:count] if scores[number] > 0]

    def _idf(self, rows: Sequence[object]) -> float:
        return math.log(1 + (len(self.texts) - len(rows) + 0.5) / (len(rows) + 0.5))

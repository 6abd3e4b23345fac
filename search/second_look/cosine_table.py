"""Cosines of words against all units of a small index: questions share most of their words."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["CosineTable"]

Cosines = NDArray[np.float64]

BYTES = 32 << 20  # 23,000 words against 350 units, 4,000 against 2,000


class CosineTable:
    """One line of numbers for each word met, one number for each unit; not safe to share between threads.

    Example: `CosineTable(350, compute).look(["押金"])` is `compute(["押金"])`, computed at the first time.
    """

    def __init__(self, units: int, compute: Callable[[Sequence[str]], Cosines], *, size: int = BYTES) -> None:
        """Room for `size` bytes, touched as words come; `compute` gives `(words, units)`."""
        self._compute = compute
        self._room = size // (4 * max(1, units))
        self._table = np.empty((self._room, units), np.float32)
        self._lines: dict[str, int] = {}

    def look(self, words: Sequence[str]) -> Cosines:
        """`compute(words)`, `(words, units) float64`; only words that are not kept are computed.

        Where there is no room for more words, all are forgotten; more words than fit at all are not kept.
        """
        if len(words) > self._room:
            return self._compute(words)
        new = self._new(words)
        if len(self._lines) + len(new) > self._room:
            self._lines = {}
            new = self._new(words)
        if new:
            first = len(self._lines)
            self._table[first : first + len(new)] = self._compute(new)
            self._lines.update(zip(new, range(first, first + len(new)), strict=True))
        lines = np.array([self._lines[word] for word in words], np.int64)
        return self._table[lines].astype(np.float64)

    def _new(self, words: Sequence[str]) -> list[str]:
        return [word for word in dict.fromkeys(words) if word not in self._lines]

"""Stored impacts: what a term adds to a unit's BM25 score, and beside them what they were made of.

An impact is tf · 2.2 / (tf + 1.2 · (.25 + .75 · length / mean)), with the mean lengths of the day on which
the segment was written. Means change with every update and segments do not: so the server only proposes, and
every score is made anew from frequency and length, which stand packed beside the impacts.
"""

import base64
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from indexer.content.lexical import saturations

__all__ = ["Codes", "Means", "dimension", "most_growth", "packed", "tables", "unpacked"]

Means = tuple[float, ...]
"""Mean number of tokens of each field, in the order of FIELDS."""

Codes = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The dimensions of a unit, rising, and of each 256 × frequency + length byte of its field."""

_EACH = 6  # bytes: four of a dimension, two of its code


def dimension(serial: int, field: int) -> int:
    """The sparse dimension of a string in a field."""
    return 8 * serial + field


def tables(means: Means) -> list[NDArray[np.float64]]:
    """Impacts by code of each field, `(65536,)` each: 256 × frequency + length byte."""
    return [saturations(mean) for mean in means]


def packed(dimensions: NDArray[np.int64], codes: NDArray[np.int64]) -> str:
    """Dimensions and codes in letters: little-endian uint32 each, then uint16 each, in base 64."""
    order = np.argsort(dimensions)
    raw = dimensions[order].astype("<u4").tobytes() + codes[order].astype("<u2").tobytes()
    return base64.b64encode(raw).decode()


def unpacked(text: str) -> Codes:
    """The inverse of `packed`; raises ValueError."""
    raw = base64.b64decode(text, validate=True)
    count, left = divmod(len(raw), _EACH)
    if left:
        raise ValueError(f"{len(raw)} bytes of codes")
    dimensions = np.frombuffer(raw, "<u4", count)
    return dimensions.astype(np.int64), np.frombuffer(raw, "<u2", count, 4 * count).astype(np.int64)


def most_growth(before: Means, now: Means, fields: Iterable[int]) -> float:
    """By how much a score may exceed the one of the stored impacts: at most as the means have grown.

    A mean enters in one term of the denominator only, so impacts grow by less than it does.
    """
    return max([1.0, *(now[field] / before[field] for field in fields if before[field])])

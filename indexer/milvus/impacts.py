"""Stored impacts: what a term adds to a unit's BM25 score, and back to what that was made of.

An impact is tf · 2.2 / (tf + 1.2 · (.25 + .75 · length / mean)), with the mean lengths of the day on which
the segment was written. Means change with every update and segments do not: so the server only proposes, and
every score is made anew from frequency and length, which the impact and the length bytes give back exactly.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.content.lexical import K1, B, saturations
from indexer.segment.fields import FIELDS
from indexer.segment.lengths import LENGTHS

__all__ = ["Means", "codes_of", "dimension", "length_of", "most_growth", "packed_lengths", "tables"]

Means = tuple[float, ...]
"""Mean number of tokens of each field, in the order of FIELDS."""


def dimension(serial: int, field: int) -> int:
    """The sparse dimension of a string in a field."""
    return 8 * serial + field


def tables(means: Means) -> list[NDArray[np.float64]]:
    """Impacts by code of each field, `(65536,)` each: 256 × frequency + length byte."""
    return [saturations(mean) for mean in means]


def packed_lengths(lengths: Sequence[int]) -> int:
    """The length bytes of all fields as one number, the first one lowest."""
    return sum(byte << (8 * field) for field, byte in enumerate(lengths))


def length_of(packed: NDArray[np.int64], field: int) -> NDArray[np.int64]:
    """The length bytes of a field."""
    return (packed >> (8 * field)) & 0xFF


def codes_of(impacts: NDArray[np.float64], lengths: NDArray[np.int64], mean: float) -> NDArray[np.int64]:
    """The codes that impacts were made of, 0 where the impact is 0.

    `lengths` are the length bytes of the units in the field, `mean` what they were made with. A float32
    tells the 255 frequencies apart with room to spare: the last two differ by 1e-5, its steps by 2e-7.
    """
    norms = K1 * (1 - B + B * LENGTHS[lengths] / mean) if mean else np.full(len(lengths), K1)
    frequency = np.rint(impacts * norms / (K1 + 1 - impacts)).astype(np.int64)
    return np.where(frequency > 0, 256 * frequency + lengths, 0)


def most_growth(before: Means, now: Means, fields: Mapping[int, object]) -> float:
    """By how much a score may exceed the one of the stored impacts: at most as the means have grown.

    A mean enters in one term of the denominator only, so impacts grow by less than it does.
    """
    return max([1.0, *(now[field] / before[field] for field in fields if before[field])])


assert len(FIELDS) == 4, "the length bytes of a unit are packed in one number"

"""How many tokens a field has, in one byte: exact up to 40, in steps above (Lucene's SmallFloat byte4)."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["LENGTHS", "length_bytes"]

_FREE = 24  # lengths below stand for themselves


def _decoded(byte: int) -> int:
    """`SmallFloat.byte4ToInt` of Apache Lucene."""
    if byte < _FREE:
        return byte
    number = byte - _FREE
    bits, shift = number & 7, (number >> 3) - 1
    return _FREE + (bits if shift < 0 else (bits | 8) << shift)


LENGTHS: NDArray[np.int64] = np.array([_decoded(byte) for byte in range(256)], np.int64)
"""The length that each byte stands for, rising."""


def length_bytes(lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The byte of each length, rounded down: `length_bytes([7, 41])` stands for 7 and 40."""
    return (np.searchsorted(LENGTHS, lengths, side="right") - 1).astype(np.uint8)

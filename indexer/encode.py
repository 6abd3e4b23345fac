"""The vectors of units, taken from the cache where it has them and from the encoder where it has not."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.types import Unit
from indexer.errors import BadVectors
from indexer.segment.fields import encoded_text
from models.encoder import Encoder

__all__ = ["Cache", "Encoded", "NoCache", "encode_units"]

BATCH = 256  # texts to the encoder at once; what is encoded is kept after each


class Cache(Protocol):
    """Vectors already computed, by text."""

    def get(self, texts: Sequence[str]) -> list[NDArray[np.float32] | None]:
        """For each text its vector `(dim,) float32`, or None where there is none that can be trusted."""
        ...

    def put(self, texts: Iterable[str], vectors: NDArray[np.float32]) -> None:
        """Keep `(n, dim) float32` vectors of n texts: a run killed later finds them again."""
        ...

    def mark_used(self, texts: Iterable[str]) -> None:
        """Remember that documents of the new generation hold these texts."""
        ...

    def trim(self, units: int) -> None:
        """Drop what an index of so many units does not need."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class NoCache:
    """Keeps nothing: for an encoder that is as fast as a cache.

    Example: `NoCache().get(["a"]) == [None]`
    """

    def get(self, texts: Sequence[str]) -> list[NDArray[np.float32] | None]:
        """Nothing is known."""
        return [None] * len(texts)

    def put(self, texts: Iterable[str], vectors: NDArray[np.float32]) -> None:
        """Nothing is kept."""

    def mark_used(self, texts: Iterable[str]) -> None:
        """Nothing is marked."""

    def trim(self, units: int) -> None:
        """Nothing is dropped."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors `(units, dim) float32`, the texts they stand for, and how many of these were encoded now."""

    vectors: NDArray[np.float32]
    texts: list[str]
    encoded: int


def encode_units(
    units: Sequence[Unit], encoder: Encoder, cache: Cache, progress: Callable[[str], None]
) -> Encoded:
    """One vector a unit, in their order; raises BadVectors, WriteFailed where the cache cannot be written."""
    texts = [encoded_text(unit) for unit in units]
    distinct = list(dict.fromkeys(texts))
    known = {
        text: vector for text, vector in zip(distinct, cache.get(distinct), strict=True) if vector is not None
    }
    missing = [text for text in distinct if text not in known]
    fresh = frozenset(missing)
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        vectors = _checked(encoder.encode_documents(batch), len(batch), encoder)
        cache.put(batch, vectors)
        known.update(zip(batch, vectors, strict=True))
        progress(f"encoded {start + len(batch)} of {len(missing)} texts")
    cache.mark_used(text for text in distinct if text not in fresh)
    matrix = np.empty((len(texts), encoder.dim), np.float32)
    for row, text in enumerate(texts):
        matrix[row] = known[text]
    return Encoded(matrix, texts, len(missing))


def _checked(vectors: NDArray[np.float32], count: int, encoder: Encoder) -> NDArray[np.float32]:
    """The vectors as they are, or BadVectors."""
    if vectors.shape != (count, encoder.dim):
        found = f"vectors of shape {vectors.shape}, expected ({count}, {encoder.dim})"
    elif vectors.dtype != np.float32:
        found = f"vectors of {vectors.dtype}, expected float32"
    elif not np.isfinite(vectors).all():
        found = "a vector with NaN or infinity, expected finite numbers"
    else:
        return vectors
    raise BadVectors(f"encoder {encoder.name} returned {found}. Use another encoder, or mend this one.")

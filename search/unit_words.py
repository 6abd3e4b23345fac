"""The words of units as vectors: read when a unit is first a candidate, kept while there is room."""

from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from corpus.types import Unit
from indexer.snapshot import Snapshot
from models.encoder import Encoder, Vectors
from models.segmenter import Segmenter

__all__ = ["UnitWords", "searched_parts"]

Rows = NDArray[np.int64]
Numbers = NDArray[np.int32]

WORDS_KEPT = 50_000  # of 144 dimensions: 29 MB
UNITS_KEPT = 20_000  # of some 70 distinct words: 8 MB
_ONE_THREAD = 1 << 18  # multiplications up to which OpenBLAS starts no thread (interface/gemm.c)
INNER_HEADINGS = 2  # as encoded: half a document shares the outermost heading


class UnitWords:
    """Cosines between words and the words of units, from one snapshot; may be shared by threads.

    Every distinct word is encoded once, as a text of its own. Where more words or units have come than
    there is room for, all are forgotten and read again as they are wanted.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        segmenter: Segmenter,
        *,
        words_kept: int = WORDS_KEPT,
        units_kept: int = UNITS_KEPT,
    ) -> None:
        """Nothing is read yet. One query may go beyond the bounds, the next one starts anew."""
        self._snapshot = snapshot
        self._encoder = encoder
        self._segmenter = segmenter
        self._words_kept = words_kept
        self._units_kept = units_kept
        self._lock = Lock()
        self._forget()

    def best_cosines(self, words: Sequence[str], rows: Rows) -> NDArray[np.float64]:
        """For each word and row the cosine of the nearest word of the unit, `(words, rows) float64`.

        A word that the unit has gives 1, even where the encoder does not know it. A unit without words
        gives zeros.
        Example: 警察 against a unit with 执法人员 gives what the encoder says of the two.
        """
        with self._lock:
            self._make_room()
            self._read(rows)
            units = [self._units[row] for row in rows.tolist()]
            asked = self._number(words)
            flat = np.concatenate([np.empty(0, np.int32), *units])
            met = np.zeros(len(self._numbers), np.bool_)
            met[flat] = True
            distinct = np.flatnonzero(met)  # (distinct,) rising
            cosines = _product(self._vectors[distinct], self._vectors[asked])  # (distinct, words)
            column = np.cumsum(met) - 1  # where in `distinct` a word stands that a unit has
        known = np.flatnonzero(met[asked])
        cosines[column[asked[known]], known] = 1.0
        return _best_of_units(cosines, column[flat], np.array([len(unit) for unit in units], np.int64)).T

    def _make_room(self) -> None:
        if len(self._numbers) > self._words_kept or len(self._units) > self._units_kept:
            self._forget()

    def _forget(self) -> None:
        self._numbers: dict[str, int] = {}
        self._vectors: Vectors = np.empty((0, self._encoder.dim), np.float32)
        self._units: dict[int, Numbers] = {}

    def _read(self, rows: Rows) -> None:
        """Take the words of the units that are not kept yet, and encode the new ones together."""
        absent = [row for row in rows.tolist() if row not in self._units]
        texts = self._stored(absent) or [self._segmented(self._snapshot.units.get(row)) for row in absent]
        self._learn(word for words in texts for word in words)
        for row, words in zip(absent, texts, strict=True):
            self._units[row] = np.array(sorted({self._numbers[word] for word in words}), np.int32)

    def _stored(self, rows: Sequence[int]) -> list[list[str]] | None:
        """The words that the index holds, where this segmenter cut them."""
        if self._snapshot.manifest.segmenter != self._segmenter.fingerprint:
            return None
        stored = self._snapshot.units.words(rows)
        if stored is None:
            return None
        parts = [(*words.headings[::-1][:INNER_HEADINGS], *words.topics, words.text) for words in stored]
        return [[word for part in unit for word in part] for unit in parts]

    def _segmented(self, unit: Unit) -> list[str]:
        return [word for part in searched_parts(unit) for word in self._segmenter.words(part)]

    def _number(self, words: Sequence[str]) -> Numbers:
        self._learn(words)
        return np.array([self._numbers[word] for word in words], np.int32)

    def _learn(self, words: Iterable[str]) -> None:
        new = [word for word in dict.fromkeys(words) if word not in self._numbers]
        if not new:
            return
        first, end = len(self._numbers), len(self._numbers) + len(new)
        if end > len(self._vectors):
            larger = np.empty((2 * end, self._encoder.dim), np.float32)
            larger[:first] = self._vectors[:first]
            self._vectors = larger
        self._vectors[first:end] = self._encoder.encode_documents(new)
        self._numbers.update(zip(new, range(first, end), strict=True))


def searched_parts(unit: Unit) -> tuple[str, ...]:
    """What of a unit is compared: its innermost headings, its key topics and its text.

    Each is segmented alone: joined, the heading 公路法 above a text 国道… would give the word 法国.
    """
    return (*unit.headings[::-1][:INNER_HEADINGS], *unit.topics, unit.text)


def _product(left: Vectors, right: Vectors) -> NDArray[np.float32]:
    """`left @ right.T`, in pieces so small that numpy's BLAS keeps them in the calling thread.

    A second thread waits for its piece longer than the whole takes, and a busy machine triples that.
    """
    product = np.empty((len(left), len(right)), np.float32)
    step = max(1, _ONE_THREAD // max(1, right.size))
    for first in range(0, len(left), step):
        np.matmul(left[first : first + step], right.T, out=product[first : first + step])
    return product


def _best_of_units(
    cosines: NDArray[np.float32], flat: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The maximum over each unit's words of `cosines (distinct, words)`, `(units, words)`.

    `flat` holds the places of all units' words one after the other, `lengths` how many belong to each.
    """
    best = np.zeros((len(lengths), cosines.shape[1]))
    filled = lengths > 0
    if len(flat):
        starts = (np.cumsum(lengths) - lengths)[filled]
        best[filled] = np.maximum.reduceat(cosines[flat], starts, axis=0)
    return best

"""The words of units as vectors: read when a unit is first a candidate, kept while there is room."""

from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from corpus.types import Unit
from indexer.snapshot import Snapshot
from models.encoder import Encoder, Vectors
from models.segmenter import Segmenter
from search.second_look.cosine_table import CosineTable

__all__ = ["UnitWords", "searched_parts"]

Rows = NDArray[np.int64]
Numbers = NDArray[np.int32]

WORDS_KEPT = 50_000  # of 144 dimensions: 29 MB
UNITS_KEPT = 20_000  # of some 70 distinct words: 8 MB
WHOLE_UNITS = 2_000  # of some 15,000 distinct words, with which one word is compared in 0.3 ms
_WORDS_AT_ONCE = 8
_LEAST_PIECE = 16
_ONE_THREAD = 1 << 18  # multiplications up to which OpenBLAS starts no thread (interface/gemm.c)
INNER_HEADINGS = 2  # as encoded: half a document shares the outermost heading


class UnitWords:
    """Cosines between words and the words of units, from one snapshot; may be shared by threads.

    Every distinct word is encoded once, as a text of its own. Where more words or units have come than
    there is room for, all are forgotten and read again as they are wanted. A small index of which half has
    been read is compared as a whole: then a word is compared once and for all.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        segmenter: Segmenter,
        *,
        words_kept: int = WORDS_KEPT,
        units_kept: int = UNITS_KEPT,
        whole: int = WHOLE_UNITS,
    ) -> None:
        """Nothing is read yet. One query may go beyond the bounds, the next one starts anew.

        `whole` is the number of units up to which an index is compared as a whole; 0 is never.
        """
        self._snapshot = snapshot
        self._encoder = encoder
        self._segmenter = segmenter
        self._words_kept = words_kept
        self._units_kept = units_kept
        self._whole = whole
        self._table: CosineTable | None = None
        self._lock = Lock()
        self._forget()

    def best_cosines(self, words: Sequence[str], rows: Rows) -> NDArray[np.float64]:
        """For each word and row the cosine of the nearest word of the unit, `(words, rows) float64`.

        A word that the unit has gives 1, even where the encoder does not know it. A unit without words
        gives zeros. What a word gives does not depend on the other words and rows.
        Example: 警察 against a unit with 执法人员 gives what the encoder says of the two.
        """
        with self._lock:
            if self._table is None:
                self._make_room()
                self._read(rows)
                asked = self._number(words)
                found = self._compared(rows).best(asked, self._vectors[asked])
                self._table = self._table_of_whole()
                return found
            return self._table.look(words)[:, rows]

    def _compared(self, rows: Rows) -> "ComparedUnits":
        """The units of some rows, whose words have been read."""
        units = [self._units[row] for row in rows.tolist()]
        flat = np.concatenate([np.empty(0, np.int32), *units])
        met = np.zeros(len(self._numbers), np.bool_)
        met[flat] = True
        return ComparedUnits(self._vectors, met, flat, np.array([len(unit) for unit in units], np.int64))

    def _table_of_whole(self) -> "CosineTable | None":
        """The table of a small index half of which has been read; what was read is then let go."""
        count = len(self._snapshot.units)
        if 2 * len(self._units) < count or count > self._whole:
            return None
        rows = np.arange(count, dtype=np.int64)
        self._read(rows)
        units, numbers = self._compared(rows), self._numbers
        self._forget()

        def compute(words: Sequence[str]) -> NDArray[np.float64]:
            asked = np.array([numbers.get(word, -1) for word in words], np.int32)
            return units.best(asked, self._encoder.encode_documents(words))

        return CosineTable(count, compute)

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


class ComparedUnits:
    """The words of some units as vectors, laid side by side to be compared with other words."""

    def __init__(
        self,
        vectors: Vectors,
        met: NDArray[np.bool_],
        flat: NDArray[np.int32],
        lengths: NDArray[np.int64],
    ) -> None:
        """Take `vectors (≥ numbers, dim)` by number of word, and which numbers the units have.

        `flat` holds the numbers of all units' words one after the other, `lengths` how many belong to each.
        """
        distinct = np.flatnonzero(met)
        self._pieces = _pieces(vectors, distinct)
        self._columns = np.where(met, np.cumsum(met) - 1, -1)  # by number: where it stands in `distinct`
        self._flat = self._columns[flat]
        self._filled = lengths > 0
        self._starts = (np.cumsum(lengths) - lengths)[self._filled]

    def best(self, asked: Numbers, vectors: Vectors) -> NDArray[np.float64]:
        """The nearest cosine of each asked word in each unit, `(words, units) float64`.

        `asked` are the words' numbers, −1 for one that no unit has; `vectors (words, dim)` are theirs.
        """
        best = np.zeros((len(asked), len(self._filled)))
        columns = np.where((asked >= 0) & (asked < len(self._columns)), asked, -1)
        columns = np.where(columns >= 0, self._columns[columns], -1) if len(self._columns) else columns
        for first in range(0, len(asked) if len(self._flat) else 0, _WORDS_AT_ONCE):
            some = slice(first, first + _WORDS_AT_ONCE)
            cosines = self._cosines(vectors[some])  # (some, distinct)
            known = np.flatnonzero(columns[some] >= 0)
            cosines[known, columns[some][known]] = 1.0
            nearest = np.maximum.reduceat(cosines.take(self._flat, axis=1), self._starts, axis=1)
            best[some, self._filled] = nearest
        return best

    def _cosines(self, words: Vectors) -> NDArray[np.float32]:
        """`words @ distinct.T`, in pieces so small that numpy's BLAS keeps them in the calling thread.

        A second thread waits for its piece longer than the whole takes, and a busy machine triples that.
        All pieces have one shape, filled up with zeros: BLAS adds in an order that depends on the shape,
        and a cosine must not depend on what else was asked.
        """
        count, size, _ = self._pieces.shape
        filled = np.zeros((_WORDS_AT_ONCE, words.shape[1]), np.float32)
        filled[: len(words)] = words
        product = np.empty((_WORDS_AT_ONCE, count, size), np.float32)
        for piece in range(count):
            np.matmul(filled, self._pieces[piece].T, out=product[:, piece])
        return product.reshape(_WORDS_AT_ONCE, -1)[: len(words)]


def _pieces(vectors: Vectors, numbers: NDArray[np.int64]) -> Vectors:
    """The vectors with these numbers, `(pieces, words, dim)`, zeros in what the last piece has too many."""
    dim = vectors.shape[1]
    size = max(_LEAST_PIECE, _ONE_THREAD // (_WORDS_AT_ONCE * dim) // _LEAST_PIECE * _LEAST_PIECE)
    pieces = np.empty((-(-len(numbers) // size), size, dim), np.float32)
    flat = pieces.reshape(-1, dim)
    vectors.take(numbers, axis=0, out=flat[: len(numbers)], mode="clip")  # other modes make a copy first
    flat[len(numbers) :] = 0
    return pieces


def searched_parts(unit: Unit) -> tuple[str, ...]:
    """What of a unit is compared: its innermost headings, its key topics and its text.

    Each is segmented alone: joined, the heading 公路法 above a text 国道… would give the word 法国.
    """
    return (*unit.headings[::-1][:INNER_HEADINGS], *unit.topics, unit.text)

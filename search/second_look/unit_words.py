"""Cosines between words and the words of units: word vectors are read from the index, not made anew."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot import Snapshot, WordGroup
from models.encoder import Encoder, Vectors

__all__ = ["UnitWords"]

Rows = NDArray[np.int64]
Numbers = NDArray[np.int64]

TableOf = Callable[[WordGroup, Numbers], tuple[Vectors, Numbers]]

WORDS_KEPT = 20_000  # words of queries, of 256 dimensions: 20 MB
_WORDS_AT_ONCE = 8
_LEAST_PIECE = 16
_ONE_THREAD = 1 << 18  # multiplications up to which OpenBLAS starts no thread (interface/gemm.c)


class UnitWords:
    """Cosines between words and the words of units, from one snapshot; may be shared by threads.

    A word of a query is encoded once, as a text of its own, and kept while there is room. Words of units have
    their vectors in the index; where another encoder made these, they are encoded as they are met.
    """

    def __init__(self, snapshot: Snapshot, encoder: Encoder, *, words_kept: int = WORDS_KEPT) -> None:
        """Nothing is read yet."""
        self._snapshot = snapshot
        self._encoder = encoder
        self._words_kept = words_kept
        self._made_alike = snapshot.manifest.words == encoder.fingerprint
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def best_cosines(self, words: Sequence[str], rows: Rows) -> NDArray[np.float64]:
        """For each word and row the cosine of the nearest word of the unit, `(words, rows) float64`.

        A word that the unit has gives 1, even where the encoder does not know it. A unit without words
        gives zeros. What a word gives does not depend on the other words and rows.
        Example: 警察 against a unit with 执法人员 gives what the encoder says of the two.
        """
        found = np.zeros((len(words), len(rows)))
        if not words:
            return found
        groups = self._snapshot.words.groups(rows)
        vectors = self._vectors(words, groups)
        for group in groups:
            compared = ComparedUnits(group, self._table)
            found[:, group.places] = compared.best(group.find(words), vectors)
        return found

    def _table(self, group: WordGroup, numbers: Numbers) -> tuple[Vectors, Numbers]:
        """A table of vectors, and which of its rows are those of words of units."""
        if group.vectors is not None and self._made_alike:
            return group.vectors, numbers
        return self._encoder.encode_documents(group.spell(numbers)), np.arange(len(numbers))

    def _vectors(self, words: Sequence[str], groups: Sequence[WordGroup]) -> Vectors:
        """The vectors of words of a query, `(words, dim) float32`: the index has most of them."""
        with self._lock:
            new = [word for word in dict.fromkeys(words) if word not in self._kept]
            for group in groups if self._made_alike else ():
                new = self._found(new, group)
            if new:
                self._kept.update(zip(new, self._encoder.encode_documents(new), strict=True))
            found = np.stack([self._kept[word] for word in words])
            while len(self._kept) > self._words_kept:
                self._kept.popitem(last=False)
        return found

    def _found(self, words: list[str], group: WordGroup) -> list[str]:
        """Keep the vectors that a group has of some words; returns the other words."""
        if group.vectors is None or not words:
            return words
        numbers = group.find(words)
        known = numbers >= 0
        vectors = group.vectors.take(numbers[known], axis=0)
        held = [word for word, there in zip(words, known.tolist(), strict=True) if there]
        self._kept.update(zip(held, vectors, strict=True))
        return [word for word, there in zip(words, known.tolist(), strict=True) if not there]


class ComparedUnits:
    """The words of some units, each once, to be compared with other words."""

    def __init__(self, group: WordGroup, table_of: TableOf) -> None:
        """Take the units of a group; `table_of` gives a table with the vectors of its numbers."""
        self._distinct, self._flat = np.unique(group.flat, return_inverse=True)
        self._table, self._places = table_of(group, self._distinct)
        self._filled = group.lengths > 0
        self._starts = (np.cumsum(group.lengths) - group.lengths)[self._filled]

    def best(self, asked: Numbers, vectors: Vectors) -> NDArray[np.float64]:
        """The nearest cosine of each asked word in each unit, `(words, units) float64`.

        `asked` are the words' numbers, −1 for one that no unit has; `vectors (words, dim)` are theirs.
        """
        best = np.zeros((len(asked), len(self._filled)))
        if not len(self._flat):
            return best
        columns = np.minimum(np.searchsorted(self._distinct, asked), len(self._distinct) - 1)
        columns = np.where(self._distinct[columns] == asked, columns, -1)
        for first, cosines in zip(
            range(0, len(asked), _WORDS_AT_ONCE), self._cosines(vectors), strict=True
        ):  # (some, distinct)
            some = slice(first, first + _WORDS_AT_ONCE)
            known = np.flatnonzero(columns[some] >= 0)
            cosines[known, columns[some][known]] = 1.0
            nearest = np.maximum.reduceat(cosines.take(self._flat, axis=1), self._starts, axis=1)
            best[some, self._filled] = nearest
        return best

    def _cosines(self, words: Vectors) -> list[NDArray[np.float32]]:
        """`words @ distinct.T` for some words each, in pieces that numpy's BLAS keeps in the calling thread.

        A second thread waits for its piece longer than the whole takes, and a busy machine triples that.
        A piece is gathered into one small place and multiplied there while the cache holds it. All pieces
        have one shape: BLAS adds in an order that depends on the shape, and a cosine must not depend on
        what else was asked.
        """
        dim = words.shape[1]
        size = max(_LEAST_PIECE, _ONE_THREAD // (_WORDS_AT_ONCE * dim) // _LEAST_PIECE * _LEAST_PIECE)
        some = [words[first : first + _WORDS_AT_ONCE] for first in range(0, len(words), _WORDS_AT_ONCE)]
        filled = np.zeros((len(some), _WORDS_AT_ONCE, dim), np.float32)
        filled.reshape(-1, dim)[: len(words)] = words
        count = len(self._places)
        piece = np.zeros((size, dim), np.float32)
        product = np.empty((len(some), _WORDS_AT_ONCE, -(-count // size), size), np.float32)
        for at, first in enumerate(range(0, count, size)):
            places = self._places[first : first + size]
            self._table.take(places, axis=0, out=piece[: len(places)], mode="clip")  # "raise" would copy
            for line, own in enumerate(filled):
                np.matmul(own, piece.T, out=product[line, :, at])
        flat = product.reshape(len(some), _WORDS_AT_ONCE, -1)[:, :, :count]
        return [flat[line, : len(own)] for line, own in enumerate(some)]

"""The distinct words, word vectors and token vectors of units, read by memory map."""

import numpy as np
from numpy.typing import NDArray

from indexer.content.rows import RowMap
from indexer.content.types import TokenVectors, WordGroup
from indexer.segment.reader import Segment
from indexer.segment.tables import taken

__all__ = ["TokenStore", "WordStore"]

Rows = NDArray[np.int64]


class WordStore:
    """Which words a unit has. Safe to share between threads.

    Example: `words.of(7)[:2] == ["缔约国", "应"]`, in an order of its own
    """

    def __init__(self, rows: RowMap) -> None:
        """Read nothing yet."""
        self._rows = rows

    def groups(self, rows: Rows) -> list[WordGroup]:
        """The words of some rows, a group for each segment that they are in; raises IndexError."""
        which, local = self._rows.locate(rows)
        groups = []
        for number in np.unique(which).tolist():
            places = np.flatnonzero(which == number)
            groups.append(_group(self._rows.segments[number], places, local[places]))
        return groups

    def of(self, row: int) -> list[str]:
        """The distinct words of a unit's text, innermost headings and topics; raises IndexError."""
        (group,) = self.groups(np.array([row], np.int64))
        return group.spell(group.flat)


def _group(segment: Segment, places: Rows, local: Rows) -> WordGroup:
    words, terms = segment["words"], segment.blob("words", "terms")
    at, lengths = taken(words["unit_words_starts"], local)
    vectors = words["vectors"]
    return WordGroup(
        places=places,
        flat=words["unit_words"][at].astype(np.int64),
        lengths=lengths,
        vectors=vectors if vectors.shape[1] else None,
        find=segment.words,
        spell=lambda numbers: [terms[number].decode("utf-8", "replace") for number in numbers.tolist()],
    )


class TokenStore:
    """Token vectors of units, where the encoder has made any.

    Example: `tokens.of(np.array([7]))[0].values.shape == (31, 64)`
    """

    def __init__(self, rows: RowMap) -> None:
        """Read nothing yet."""
        self._rows = rows

    @property
    def kept(self) -> bool:
        """Whether every segment has them."""
        return bool(self._rows.segments) and all("tokens" in segment for segment in self._rows.segments)

    def of(self, rows: Rows) -> list[TokenVectors]:
        """The token vectors of each row; raises IndexError, and KeyError where the index keeps none."""
        which, local = self._rows.locate(rows)
        found = []
        for number, row in zip(which.tolist(), local.tolist(), strict=True):
            tokens = self._rows.segments[number]["tokens"]
            begin, end = tokens["values_starts"][row : row + 2].tolist()
            found.append(TokenVectors(tokens["values"][begin:end], float(tokens["scales"][row])))
        return found

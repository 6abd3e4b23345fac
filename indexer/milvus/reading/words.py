"""The words and token vectors of units, and what units can be filtered by."""

import base64
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.types import UnitKind
from indexer.content.types import Scope, TokenVectors, WordGroup
from indexer.milvus.commits import damage
from indexer.milvus.reading.codes import RemoteCodes
from indexer.milvus.reading.documents import Held
from indexer.milvus.reading.stores import RemoteUnits
from indexer.milvus.reading.terms import Terms
from indexer.milvus.tables import COMPARED
from indexer.milvus.texts import read_texts
from indexer.segment.fields import FIELDS

__all__ = ["RemoteScopes", "RemoteTokens", "RemoteWords"]

Rows = NDArray[np.int64]

_WORDS = FIELDS.index("words")


class RemoteWords:
    """Which words a unit has: the dimensions of two fields."""

    def __init__(self, held: Held, terms: Terms, codes: RemoteCodes) -> None:
        """Read nothing yet."""
        self._held = held
        self._terms = terms
        self._codes = codes

    def groups(self, rows: Rows) -> list[WordGroup]:
        """The words of some rows, a group for each segment that they are in; raises IndexError."""
        which, local = self._held.locate(rows)
        groups = []
        for segment in np.unique(which).tolist():
            places = np.flatnonzero(which == segment)
            groups.append(self._group(segment, places, local[places]))
        return groups

    def _group(self, segment: int, places: Rows, local: Rows) -> WordGroup:
        each = [_words(dimensions) for dimensions, _ in self._codes.of(segment, local.tolist())]

        def find(words: Sequence[str]) -> NDArray[np.int64]:
            known = self._terms.of(words)
            serials = np.array([known[word].serials[segment] for word in words], np.int64)
            return np.where(serials > 0, serials, -1)

        return WordGroup(
            places=places,
            flat=np.concatenate([np.empty(0, np.int64), *each]),
            lengths=np.array([len(words) for words in each], np.int64),
            vectors=None,  # a reader encodes words itself: a few thousand a query
            find=find,
            spell=lambda serials: self._terms.spell(segment, serials),
        )

    def of(self, row: int) -> list[str]:
        """The distinct words of a unit's text, innermost headings and topics; raises IndexError."""
        (group,) = self.groups(np.array([row], np.int64))
        return group.spell(group.flat)


def _words(dimensions: NDArray[np.int64]) -> NDArray[np.int64]:
    """The serial numbers of a unit's words, rising."""
    fields = dimensions & 7
    words: NDArray[np.int64] = np.unique(dimensions[(fields == _WORDS) | (fields == COMPARED)] >> 3)
    return words


class RemoteTokens:
    """Token vectors of units, where the encoder has made any."""

    def __init__(self, held: Held) -> None:
        """Read nothing yet."""
        self._held = held

    @property
    def kept(self) -> bool:
        """Whether every segment has them."""
        segments = [segment for segment in self._held.segments if segment.info.units]
        return bool(segments) and all(segment.tokens for segment in segments)

    def of(self, rows: Rows) -> list[TokenVectors]:
        """The token vectors of each row; raises IndexError, and KeyError where the index keeps none."""
        which, local = self._held.locate(rows)
        found: dict[tuple[int, int], TokenVectors] = {}
        for segment in np.unique(which).tolist():
            about = self._held.segments[segment]
            if not about.tokens:
                raise KeyError("tokens")
            here = np.unique(local[which == segment]).tolist()
            name = about.collection("texts")
            texts = read_texts(self._held.server, name, [f"tokens/{row}" for row in here])
            for row in here:
                try:
                    found[segment, row] = _tokens(texts[f"tokens/{row}"])
                except (KeyError, ValueError) as error:
                    raise damage(self._held.server.address, f"no tokens/{row} in {name}", "them") from error
        return [found[key] for key in zip(which.tolist(), local.tolist(), strict=True)]


def _tokens(text: str) -> TokenVectors:
    width, scale, values = text.split(" ")
    flat = np.frombuffer(base64.b64decode(values), np.int8)
    return TokenVectors(flat.reshape(-1, int(width)), float(scale))


class RemoteScopes:
    """What units can be filtered by."""

    def __init__(self, held: Held, units: RemoteUnits) -> None:
        """Read nothing yet."""
        self._held = held
        self._units = units

    def passes(self, rows: Rows, scope: Scope) -> NDArray[np.bool_]:
        """Whether each of some rows passes a filter; raises IndexError for a row that does not exist."""
        if scope.lets_all:
            return np.ones(len(rows), np.bool_)
        owners = self._held.owners(rows)
        passes: NDArray[np.bool_] = np.isin(owners, self._held.allowed(scope))
        if scope.kinds:
            self._units.expect(rows)
            kinds: list[UnitKind] = [self._units.get(row).kind for row in rows.tolist()]
            passes &= np.array([kind in scope.kinds for kind in kinds], np.bool_)
        return passes

    def facet_counts(self) -> dict[str, dict[str, int]]:
        """How many documents have each value of each facet, e.g. `{"year": {"2019": 3}}`."""
        return self._held.facet_counts()

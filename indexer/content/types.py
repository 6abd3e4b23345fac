"""What crosses the border between an index and its readers: filters, stored documents, citing places."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.coverage import Coverage
from corpus.types import Anomaly, Metadata, UnitKind
from indexer.segment.facets import Facets

__all__ = ["ALL", "Cited", "Facets", "Scope", "StoredDocument", "TokenVectors", "WordGroup"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which units may answer; an empty filter lets everything through.

    Values of one filter are alternatives, filters combine. `facets` are of documents: `{"year": {"2019"}}`.
    `documents` are ids (None: all of them), `without` ids that are left out. Hashable, so that an engine can
    keep what it made of one.
    Example: `Scope.of(facets={"year": ["2019", "2021"]}, kinds=[UnitKind.RECOMMENDATION])`
    """

    kinds: frozenset[UnitKind] = frozenset()
    documents: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    facets: frozenset[tuple[str, frozenset[str]]] = frozenset()

    @staticmethod
    def of(
        *,
        kinds: Sequence[UnitKind] | frozenset[UnitKind] = (),
        documents: Sequence[str] | frozenset[str] | None = None,
        without: Sequence[str] | frozenset[str] = (),
        facets: dict[str, Sequence[str]] | None = None,
    ) -> "Scope":
        """A scope from any collections; facets without values are no filter."""
        named = {(name, frozenset(values)) for name, values in (facets or {}).items() if values}
        ids = None if documents is None else frozenset(documents)
        return Scope(frozenset(kinds), ids, frozenset(without), frozenset(named))

    @property
    def lets_all(self) -> bool:
        """Whether no filter is set."""
        return self == ALL


ALL = Scope()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text; counts are of its units, `path` is where it was read from.

    `pages` are the offsets at which its pages begin, as in `corpus.types.Document`; `facets` what it can be
    filtered by; `coverage` where its characters stand, None in an index that does not say; `came` when its
    units first came in, in runs: first unit, seconds since 1970, None where that is not known.
    """

    id: str
    path: str
    digest: str
    encoding: str
    metadata: Metadata
    anomalies: tuple[Anomaly, ...]
    first_row: int
    kinds: tuple[tuple[str, int], ...]
    pages: tuple[int, ...]
    facets: tuple[tuple[str, tuple[str, ...]], ...]
    coverage: Coverage | None = None
    came: tuple[tuple[int, int | None], ...] = ()

    def came_in(self, row: int) -> int | None:
        """When the unit of a row first came in, in seconds since 1970 (UTC); None where that is not known."""
        place = bisect_right(self.came, row - self.first_row, key=lambda run: run[0])
        return self.came[place - 1][1] if place else None

    def count(self, kind: UnitKind) -> int:
        """How many units of a kind it has."""
        return dict(self.kinds).get(kind.value, 0)

    @property
    def paragraphs(self) -> int:
        """How many paragraphs it has."""
        return self.count(UnitKind.PARAGRAPH)

    @property
    def recommendations(self) -> int:
        """How many recommendations it has."""
        return self.count(UnitKind.RECOMMENDATION)

    @property
    def articles(self) -> int:
        """How many articles it has."""
        return self.count(UnitKind.ARTICLE)

    @property
    def blocks(self) -> int:
        """How many blocks it has."""
        return self.count(UnitKind.BLOCK)

    @property
    def units(self) -> int:
        """How many units it has; they are rows `first_row` to `first_row + units`, end excluded."""
        return sum(count for _, count in self.kinds)


@dataclass(frozen=True, slots=True)
class Cited:
    """A key, and where it is first printed: `raw` is `text[start:end]` of the unit of `row`.

    Example: `Cited("symbol:CTOC/COP/WG.4/2019/2", 73, 4, 25, "CTOC/COP/WG.4/2019/2")`
    """

    key: str
    row: int
    start: int
    end: int
    raw: str


@dataclass(frozen=True, slots=True)
class WordGroup:
    """The distinct words of some units, by numbers that count within the group.

    `places (m,) int64` says which of the rows asked for these units are; `flat` holds the rising numbers of
    all units' words one after the other, `lengths (m,) int64` how many belong to each. `vectors (≥ numbers,
    dim) float32` has a line for each number, or is None where the index keeps none; `find` gives the numbers
    of words, −1 for one that no unit of the group has, `spell` the words of numbers.
    """

    places: NDArray[np.int64]
    flat: NDArray[np.int64]
    lengths: NDArray[np.int64]
    vectors: NDArray[np.float32] | None
    find: Callable[[Sequence[str]], NDArray[np.int64]]
    spell: Callable[[NDArray[np.int64]], list[str]]


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The token vectors of a unit in eight bits: `values (tokens, dim) int8`, to be multiplied by `scale`."""

    values: NDArray[np.int8]
    scale: float

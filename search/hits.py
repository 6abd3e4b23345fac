"""What a search answers: hits with their citation and the reason why each was found."""

from dataclasses import dataclass

from corpus.types import Unit
from search.query import Query

__all__ = ["Hit", "Results", "Why"]


@dataclass(frozen=True, slots=True)
class Why:
    """What made a unit a hit; empty or None where that evidence was absent.

    `words`: content words of the query, folded, that stand in the unit, its headings or topics.
    `variants`: terms of the term bank that led here, `concept → term that the unit prints`.
    `meaning`: cosine of query and unit, −1 to 1, three decimals.
    `reference`: the reference that was resolved to this unit.
    Example: `Why(words=("器官",), variants=("切除器官 → 摘取器官",), meaning=0.512, reference=None)`
    """

    words: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    meaning: float | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit at its rank (from 1). `item` is the item path that a reference asked for, as `c` or `c.ii`.

    Scores order the hits of one query; they are not comparable between queries. `agreed` is: one over the
    product of the unit's places by words and by meaning, 1 where both put it first, 0 where a list lacks it.
    """

    rank: int
    score: float
    row: int
    unit: Unit
    citation: str
    why: Why
    item: str | None = None
    agreed: float = 0.0


@dataclass(frozen=True, slots=True)
class Results:
    """Hits of one query from one index version, best first, ties by row, each unit once.

    `matches` are the rows of all candidates that were ranked, the hits among them, best first.
    """

    query: Query
    index_version: str
    hits: tuple[Hit, ...]
    matches: tuple[int, ...] = ()

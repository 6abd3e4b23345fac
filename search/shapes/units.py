"""A unit as JSON, and what is found or quoted of it."""

from typing import Annotated, NotRequired

from annotated_types import Len
from typing_extensions import TypedDict

from corpus.types import OmissionKind, UnitKind

__all__ = ["CitedUnit", "FoundUnit", "Neighbours", "PassedOver", "QuotedUnit", "Range", "Reasons"]

Range = Annotated[list[int], Len(2, 2)]
"""Start and end of a stretch of characters, end excluded: `[812, 1022]`."""


class PassedOver(TypedDict):
    """Something of the source that the text of a unit passes over, such as a footnote."""

    at: int
    """It stood before this character of `text`."""
    kind: OmissionKind
    """What it is."""
    span: Range
    """Where it stands in the source."""


class CitedUnit(TypedDict):
    """A paragraph, recommendation, article or block with its citation."""

    document: str
    """Id of the document."""
    kind: UnitKind
    """What the unit is cited as."""
    number: int
    """The printed number; of a block, its place among the blocks of its part."""
    item: str | None
    """Label of the sub-item meant, as `c` or `c.ii`; null for the whole unit."""
    text: str
    """The verbatim text."""
    headings: list[str]
    """Headings that it stands under, outermost first."""
    citation: str
    """How people cite it."""
    span: Range
    """Characters of the source text that hold it."""
    part: NotRequired[str]
    """The annex, resolution or guideline whose own numbering holds it."""
    topics: NotRequired[list[str]]
    """Key topics printed for its section (关键专题)."""
    number_inferred: NotRequired[bool]
    """True where the number is not printed but follows from the sequence."""
    suffix: NotRequired[int]
    """Of an article: 1 for 之一."""
    clause: NotRequired[int]
    """Of an article: the 款 that is the unit."""
    label: NotRequired[str]
    """What a block is cited as, such as 表1第3行."""
    gaps: NotRequired[list[PassedOver]]
    """What the text passes over, by place."""
    table: NotRequired[int]
    """The table that it is a row of, from 1."""
    row: NotRequired[int]
    """The row of that table, from 1."""
    page: NotRequired[int]
    """The page of the file on which it begins, from 1, where the file has pages."""


class Reasons(TypedDict):
    """Why a unit is a hit."""

    words: list[str]
    """Words of the query that stand in the unit, its headings or topics."""
    variants: list[str]
    """Terms of the term bank that led here, `concept → term that the unit prints`."""
    meaning: float | None
    """Cosine of query and unit."""
    reference: str | None
    """The reference that was resolved to the unit."""


class FoundUnit(CitedUnit):
    """A hit: a unit at its rank. Scores order the hits of one query and no others."""

    rank: int
    """From 1."""
    score: float
    """Higher is better."""
    why: Reasons
    """What speaks for it."""


class QuotedUnit(CitedUnit):
    """A citation of an answer: a unit and the words quoted from it."""

    quote: str
    """The words quoted, verbatim."""
    verified: bool
    """Both verdicts below."""
    verified_text: bool
    """The words stand in the unit as the index holds it."""
    verified_place: bool
    """The stored source has the same characters at that place."""
    lead: NotRequired[str]
    """The words that lead into a quoted item."""
    confidence: NotRequired[float]
    """How likely the quote answers, 0 to 1, calibrated."""


class Neighbours(TypedDict):
    """Units around a unit, in reading order."""

    before: list[CitedUnit]
    """Those before it."""
    after: list[CitedUnit]
    """Those after it."""

"""A unit as JSON, and what is found or quoted of it."""

from typing import Annotated, Literal, NotRequired

from annotated_types import Len
from typing_extensions import TypedDict

from corpus.types import OmissionKind, UnitKind

__all__ = [
    "CitedUnit",
    "CorrectingUnit",
    "FoundUnit",
    "Neighbours",
    "PassedOver",
    "QuotedUnit",
    "Range",
    "Reasons",
    "Relation",
    "Relative",
]

Range = Annotated[list[int], Len(2, 2)]
"""Start and end of a stretch of characters, end excluded: `[812, 1022]`."""


Relation = Literal[
    "supersedes",
    "superseded_by",
    "corrects",
    "corrected_by",
    "draft_of",
    "final_of",
    "duplicate_of",
    "adds_to",
    "added_by",
]
"""What a document is to another."""


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


class Relative(TypedDict):
    """Another document of the index that this one belongs to."""

    relation: Relation
    """What this document is to it."""
    document: str
    """Its id."""


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
    family: NotRequired[list[Relative]]
    """The versions, corrections and copies of its document."""


class CorrectingUnit(CitedUnit):
    """A unit of a corrigendum that changes something in a unit quoted."""

    certain: bool
    """Whether it names the unit, and not only words that stand in it, or no place at all."""


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
    corrections: NotRequired[list[CorrectingUnit]]
    """What corrigenda say of the unit."""
    confidence: NotRequired[float]
    """How likely the quote answers, 0 to 1, calibrated."""


class Neighbours(TypedDict):
    """Units around a unit, in reading order."""

    before: list[CitedUnit]
    """Those before it."""
    after: list[CitedUnit]
    """Those after it."""

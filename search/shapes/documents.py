"""A document as JSON: what it says of itself, what was read of it, and its kin."""

from typing import NotRequired

from typing_extensions import TypedDict

from corpus.types import AnomalyKind
from search.shapes.units import Range, Relation, Relative

__all__ = ["AnomalyRecord", "Coverage", "DocumentRecord", "DocumentsAnswer", "Relation", "Relative"]


class AnomalyRecord(TypedDict):
    """Something that could not be decided, or looks wrong in the source and is served as it stands."""

    kind: AnomalyKind
    """What kind of thing."""
    message: str
    """What was found."""
    span: Range
    """Where, in characters of the source."""


class Coverage(TypedDict):
    """Where the characters of the source stand, white space not counted; the last three make up the first."""

    characters: int
    """All of them."""
    units: int
    """In units with a printed number."""
    blocks: int
    """In blocks."""
    aside: dict[str, int]
    """Set aside, by reason."""


class DocumentRecord(TypedDict):
    """A document of the index. Metadata that it does not print are null."""

    document: str
    """Its id."""
    title: str | None
    """Its title."""
    symbol: str | None
    """Its symbol."""
    body: str | None
    """The body that it comes from."""
    session: int | None
    """The number of the session."""
    meeting: list[str] | None
    """First and last day of the meeting, `2031-05-19`."""
    date: str | None
    """Day of distribution."""
    place: str | None
    """Where the meeting was."""
    distribution: str | None
    """As printed, such as General."""
    language: str | None
    """Of the original."""
    paragraphs: int
    """How many paragraphs it has."""
    recommendations: int
    """How many recommendations."""
    articles: NotRequired[int]
    """How many articles."""
    blocks: int
    """How many blocks: text at its place that belongs to no printed number."""
    encoding: str
    """How its file was read."""
    path: NotRequired[str]
    """Where its file lies; on the command line only."""
    anomalies: list[AnomalyRecord]
    """What could not be decided, or looks wrong."""
    coverage: NotRequired[Coverage]
    """Where its characters stand."""
    family: NotRequired[list[Relative]]
    """Its versions, corrections and copies."""
    type: NotRequired[str | None]
    """What kind of document it is."""
    facets: NotRequired[dict[str, str | list[str]]]
    """Further metadata that units are filtered by."""


class DocumentsAnswer(TypedDict):
    """Documents by id, or a page of them."""

    index_version: str
    """The index that answered."""
    total: int
    """How many documents there are."""
    documents: list[DocumentRecord]
    """Those listed."""

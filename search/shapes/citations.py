"""Checked citations, and what is cited and carried by no document, as JSON."""

from enum import StrEnum

from typing_extensions import TypedDict

from search.shapes.units import CitedUnit, Range

__all__ = ["CheckAnswer", "CheckedCitation", "CheckedQuotation", "NotCarried", "NotCarriedAnswer", "Status"]


class Status(StrEnum):
    """What became of a citation. A range exists where each of its numbers does."""

    EXISTS = "exists"
    DIFFERS = "exists_but_differs"
    NOT_FOUND = "not_found"


class CheckedQuotation(TypedDict):
    """Words quoted with a citation."""

    text: str
    """As the text has them."""
    span: Range
    """In characters of the text that was checked."""
    verbatim: bool
    """Whether they stand where the citation says."""
    stands_in: list[str]
    """Citations of where they do stand, if they do not."""


class CheckedCitation(TypedDict):
    """A citation of a text."""

    kind: str
    """What kind of thing is cited."""
    text: str
    """As the text has it."""
    span: Range
    """In characters of the text that was checked."""
    key: str
    """What is cited, in one spelling."""
    status: Status
    """What became of it."""
    units: list[CitedUnit]
    """The units that it names."""
    documents: list[str]
    """Ids of the documents that bear the symbol."""
    missing: list[int]
    """Numbers of a range that are not there."""
    quotes: list[CheckedQuotation]
    """Words quoted with it."""
    cited_by: int
    """How many units of the index cite the same."""


class CheckAnswer(TypedDict):
    """Each citation of a text, in order."""

    text: str
    """The text as it was read; spans count its characters."""
    index_version: str
    """The index that answered."""
    citations: list[CheckedCitation]
    """The citations."""


class NotCarried(TypedDict):
    """Something that units cite and no document of the index carries."""

    kind: str
    """symbol, resolution, decision or article."""
    key: str
    """What is cited, in one spelling."""
    text: str
    """As first printed."""
    units: int
    """How many units cite it or a part of it."""
    first: CitedUnit
    """The first of these."""
    place: Range
    """Where in the text of that unit."""


class NotCarriedAnswer(TypedDict):
    """What is cited and carried by no document, the most cited first."""

    index_version: str
    """The index that answered."""
    unresolved: list[NotCarried]
    """One each."""

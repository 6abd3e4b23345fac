"""What search, ask, show and the lists of units answer."""

from typing import NotRequired

from typing_extensions import TypedDict

from search.shapes.units import CitedUnit, FoundUnit, Neighbours, QuotedUnit, Range

__all__ = [
    "AskAnswer",
    "CheckedSentence",
    "CheckedSummary",
    "CitedByAnswer",
    "SearchAnswer",
    "ShowAnswer",
    "UnitAnswer",
    "UnitsAnswer",
    "WriterReport",
]

FacetCounts = dict[str, int]


class SearchAnswer(TypedDict):
    """Ranked units, best first."""

    query: str | None
    """What was asked; null for the precedents of a unit by its address."""
    index_version: str
    """The index that answered."""
    hits: list[FoundUnit]
    """The units found."""
    unresolved: NotRequired[list[str]]
    """References of the query that name nothing in the index."""
    facets: NotRequired[dict[str, FacetCounts]]
    """Counts among the matches, by facet and value."""


class CheckedSentence(TypedDict):
    """A sentence of a summary that passed every check."""

    text: str
    """The sentence."""
    citations: list[int]
    """Places in the `citations` of the answer, from 0."""


class CheckedSummary(TypedDict):
    """What a model wrote of the citations: only sentences that passed every check."""

    text: str
    """The sentences with marks such as [1], which count the citations from 1."""
    sentences: list[CheckedSentence]
    """The same, one by one."""
    removed: int
    """How many sentences did not pass."""
    removed_reasons: dict[str, int]
    """Why, with counts."""
    model: str
    """The model, as its endpoint names it."""
    note: str
    """What a reader has to be told."""


class WriterReport(TypedDict):
    """How the model of the summary fared."""

    outcome: str
    """`written`, `nothing_left`, `failed` or `not_asked`."""
    model: str
    """The model, as its endpoint names it."""
    removed: int
    """How many sentences did not pass."""
    removed_reasons: dict[str, int]
    """Why, with counts."""
    message: str | None
    """What went wrong, else null."""


class AskAnswer(TypedDict):
    """A quoted answer, or a refusal; exactly one of `answer` and `reason` is null."""

    query: str | None
    """The question; null for the precedent of a unit by its address."""
    index_version: str
    """The index that answered."""
    answered: bool
    """False for a refusal."""
    answer: str | None
    """The quotes, a line each."""
    answer_span: Range | None
    """The fact asked for, in characters of `answer`."""
    citations: list[QuotedUnit]
    """Where each quote stands."""
    reason: str | None
    """Why there is no answer."""
    nearest: list[CitedUnit]
    """Units that come close under a refusal; they do not answer and are not cited."""
    summary: CheckedSummary | None
    """Where the service has a model for it."""
    writer: WriterReport | None
    """How that model fared."""


class UnitAnswer(CitedUnit):
    """A unit by its address."""

    index_version: str
    """The index that answered."""
    context: NotRequired[Neighbours]
    """Its neighbours, where some were asked for."""


class ShowAnswer(UnitAnswer):
    """The unit that a reference names."""

    query: str
    """The reference."""
    others: list[CitedUnit]
    """Further units that it names."""


class UnitsAnswer(TypedDict):
    """Every unit, in reading order."""

    index_version: str
    """The index that answered."""
    units: list[CitedUnit]
    """The units."""


class CitedByAnswer(UnitsAnswer):
    """Units whose text cites a document, symbol, resolution or article."""

    query: str
    """What is cited."""

"""What travels between the steps of the writer: sources, drafts, verdicts, the summary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Draft", "Outcome", "Removal", "Sentence", "Source", "Summary", "Written"]


class Removal(StrEnum):
    """Why a sentence is removed; the first check that it fails decides."""

    MALFORMED = "malformed"  # not one sentence with a list of citations
    TOO_MANY = "too_many"  # beyond the sentences that are looked at
    TOO_LONG = "too_long"
    UNSAFE_TEXT = (
        "unsafe_text"  # controls, overrides of direction, invisible characters, half a surrogate pair
    )
    MARKUP = "markup"
    ADDRESS = "address"  # of the web or of mail
    LANGUAGE = "language"  # not written in Chinese
    INSTRUCTION = "instruction"  # speaks to a program, or of one
    NO_CITATION = "no_citation"
    UNKNOWN_CITATION = "unknown_citation"  # no quote of this number was given to the model
    UNUSED_CITATION = "unused_citation"  # a cited quote holds no clause of the sentence
    QUOTATION = "quotation"  # words in quotation marks that do not stand in a cited quote
    NUMBER = "number"
    NAME = "name"
    STRENGTH = "strength"  # a duty told as a stronger one, as none, or where there is none
    NEGATION = "negation"
    QUALIFIER = "qualifier"  # a limit, a condition, a speaker, a proposal left out
    UNSUPPORTED = "unsupported"  # words that the cited quote does not hold
    ORDER = "order"  # words that it holds in another order: who and whom, from and to
    REPEATED = "repeated"


class Outcome(StrEnum):
    """How the writer fared with one question."""

    WRITTEN = "written"
    NOTHING_LEFT = "nothing_left"
    FAILED = "failed"
    NOT_ASKED = "not_asked"  # the answer is a refusal, or no quote may be shown to a model


@dataclass(frozen=True, slots=True)
class Source:
    """A served quote as the model sees it; `number` from 1 is its place among the citations.

    `text` is the quote with the words that lead into it, `context` its citation and headings.
    Example: `Source(1, "押金为每个容器两角。", "《……的报告》，第9段")`
    """

    number: int
    text: str
    context: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model gave it: its text, the numbers it cites, words it says are quoted.

    Example: `Draft("押金为每个容器两角。", (1,), ())`
    """

    text: str
    citations: tuple[int, ...]
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that passed every check; `citations` are numbers of sources, each at least 1."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Sentences that are left, and how many were removed for which reason."""

    sentences: tuple[Sentence, ...]
    removed: Mapping[Removal, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking the model. `message` says why nothing did; None where something did."""

    outcome: Outcome
    model: str
    summary: Summary = field(default_factory=lambda: Summary(()))
    message: str | None = None

"""Which references of a query name nothing in the index: results must not pass for what was asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.types import Span
from search.opened import OpenIndex

if TYPE_CHECKING:
    from corpus.citations.find import Citation
    from search.references.catalogue import Catalogue
    from search.references.resolve import Reading

__all__ = ["LONGEST", "Unresolved", "find_unresolved"]

LONGEST = 200
"""Characters from which a text is a pasted passage, which mentions what it cites and does not ask for it."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """The references of a text that name nothing, as written, each once, in order.

    `alone` is true where the text is nothing but such references.
    Example: `Unresolved(("2019年会议建议99",), alone=True)`
    """

    texts: tuple[str, ...] = ()
    alone: bool = False


def find_unresolved(library: OpenIndex, text: str) -> Unresolved:
    """What a query cites that the index neither holds nor cites; filters of the query do not matter.

    A paragraph or recommendation is written with the document named before it, as `RIV/COP/2032/5 段140`:
    another document may well have a paragraph of that number.
    """
    from corpus.citations.find import find_citations
    from search.query import clean
    from search.references.resolve import read_reference

    cleaned = clean(text)
    if len(cleaned) >= LONGEST or not find_citations(cleaned):
        return Unresolved()
    catalogue = library.searcher.catalogue
    reading = read_reference(catalogue, cleaned)
    missing = [one for one in reading.citations if not _resolves(library, catalogue, reading, one)]
    spans = [_named(reading, citation) for citation in missing]
    outer = [span for span in spans if not any(span != other and _inside(span, other) for other in spans)]
    texts = tuple(dict.fromkeys(reading.text[start:end] for start, end in outer))
    alone = len(missing) == len(reading.citations) and not _says_more(library, reading, spans)
    return Unresolved(texts, alone)


def _resolves(library: OpenIndex, catalogue: "Catalogue", reading: "Reading", citation: "Citation") -> bool:
    """Whether a unit is addressed, a document bears the symbol, or a unit cites the same."""
    from search.references.resolve import find_addressed, find_citing

    symbols = (other for other in reading.citations if other.symbol is not None and other != citation)
    beside = replace(reading, citations=(citation, *symbols))
    if find_addressed(library.snapshot, catalogue, beside):
        return True
    if any(naming.span == citation.span for naming in reading.names):
        return True
    return bool(find_citing(library.snapshot, replace(reading, citations=(citation,))))


def _named(reading: "Reading", citation: "Citation") -> Span:
    """The span of a citation with the symbol, resolution or title before it that says whose it is."""
    start, end = citation.span
    before: Iterator[int] = iter(())
    if citation.title is not None:
        before = (at for at in [reading.text.rfind(f"《{citation.title}》", 0, start)] if at >= 0)
    elif citation.document is not None:
        before = (other.span.start for other in reading.citations if other.span.end <= start)
    return Span(max(before, default=start), end)


def _says_more(library: OpenIndex, reading: "Reading", spans: Sequence[Span]) -> bool:
    """Whether content words stand outside the references."""
    from corpus.plain_text.folding import fold
    from search.candidates.lexical import content_words

    kept = list(reading.text)
    for start, end in (*reading.spans, *spans):
        kept[start:end] = " " * (end - start)
    return bool(content_words(fold("".join(kept)), library.segmenter))


def _inside(span: Span, other: Span) -> bool:
    return other.start <= span.start and span.end <= other.end

"""Find what a text cites: document symbols, resolutions, treaty articles, paragraphs, recommendations."""

from corpus.citation_articles import find_articles
from corpus.citation_paragraphs import find_paragraphs
from corpus.citation_resolutions import find_resolutions
from corpus.citation_symbols import find_symbols
from corpus.citation_types import Citation, CitationKind
from corpus.shadow import shadow

__all__ = ["Citation", "CitationKind", "find_citations"]


def find_citations(text: str) -> list[Citation]:
    """Citations printed in a text, in order of place, none overlapping another.

    Spans are in characters of `text`; time is linear in its length.
    Example: `[c.key for c in find_citations("大会第 77/236 号决议")] == ["resolution:GA:77/236"]`
    """
    seen = shadow(text)
    cited = [*find_symbols(seen, text), *find_resolutions(seen, text)]
    found = [*cited, *find_articles(seen, text), *find_paragraphs(seen, text, cited)]
    found.sort(key=lambda citation: (citation.span.start, -citation.span.end))
    kept: list[Citation] = []
    for citation in found:
        if not kept or citation.span.start >= kept[-1].span.end:
            kept.append(citation)
    return kept

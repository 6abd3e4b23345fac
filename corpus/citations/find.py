"""Find what a text cites: document symbols, resolutions, treaty articles, paragraphs, recommendations."""

from collections.abc import Mapping

from corpus.citations.articles import find_articles
from corpus.citations.english import find_english
from corpus.citations.paragraphs import find_paragraphs
from corpus.citations.resolutions import find_resolutions
from corpus.citations.shadow import shadow
from corpus.citations.symbols import find_symbols
from corpus.citations.types import Citation, CitationKind

__all__ = ["Citation", "CitationKind", "find_citations"]


def find_citations(text: str, short_names: Mapping[str, str | None] | None = None) -> list[Citation]:
    """Citations printed in a text, in order of place, none overlapping another.

    Spans are in characters of `text`; time is linear in its length. `short_names` tell which treaty
    《公约》 means in the document (see `corpus.citations.names.short_names_of`).
    Example: `[c.key for c in find_citations("大会第 77/236 号决议")] == ["resolution:GA:77/236"]`
    """
    seen = shadow(text)
    cited = [*find_symbols(seen, text), *find_resolutions(seen, text)]
    found = [*cited, *find_articles(seen, text, short_names), *find_paragraphs(seen, text, cited)]
    found += find_english(seen, text, cited)
    found.sort(key=lambda citation: (citation.span.start, -citation.span.end))
    kept: list[Citation] = []
    for citation in found:
        if not kept or citation.span.start >= kept[-1].span.end:
            kept.append(citation)
    return kept

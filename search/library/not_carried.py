"""What units cite and no document of the index carries: gaps of the collection, or misprints."""

from collections.abc import Iterator

from search.library.units import unit_json
from search.opened import OpenIndex
from search.shapes.citations import NotCarried, NotCarriedAnswer

__all__ = ["not_carried"]

_KINDS = ("symbol", "resolution", "decision", "article")
"""Paragraphs and recommendations are looked up by `resolve`; what they are of is a symbol or a title."""


def not_carried(library: OpenIndex) -> NotCarriedAnswer:
    """Symbols, resolutions, decisions and articles without their document, the most cited first.

    `{"index_version", "unresolved": [{"kind", "key", "text", "units", "first", "place"}]}`: `text` as
    first printed, `units` how many cite it or a part of it, `first` the first of these in the order of
    the index, `place` the span in the text of that unit. A document carries its symbol, the resolution
    that its symbol names, and the articles of the treaty that its title is.
    """
    carried = set(_carried_keys(library))
    treaties = set(_carried_treaties(library))
    listed: list[NotCarried] = []
    for cited in library.snapshot.citing.cited():
        kind, _, name = cited.key.partition(":")
        if kind not in _KINDS or cited.key in carried:
            continue
        if kind == "article" and name.split(":", 1)[0] in treaties:
            continue
        listed.append(
            {
                "kind": kind,
                "key": cited.key,
                "text": cited.raw,
                "units": len(library.snapshot.citing.rows(cited.key)),
                "first": unit_json(library, library.at(cited.row)),
                "place": [cited.start, cited.end],
            }
        )
    listed.sort(key=lambda one: (-one["units"], one["key"]))
    return {"index_version": library.index_version, "unresolved": listed}


def _carried_keys(library: OpenIndex) -> Iterator[str]:
    from corpus.citations.find import find_citations

    for stored in library.snapshot.documents:
        if stored.metadata.symbol is not None:
            yield from (citation.key for citation in find_citations(stored.metadata.symbol))


def _carried_treaties(library: OpenIndex) -> Iterator[str]:
    """Canonical names of the treaties that are documents of the index; a report on one is not the treaty."""
    from corpus.citations.find import find_citations

    for stored in library.snapshot.documents:
        title = stored.metadata.title
        if title is not None and not set(title) & set("《》〈〉"):
            found = find_citations(f"《{title}》第1条")
            yield from (one.instrument for one in found if one.instrument and one.span.start == 0)

"""Which units cite a document, symbol, resolution or article."""

from typing import Any

from api.errors import NothingCited
from api.views.units import unit_json
from search.library import Library

__all__ = ["cited_by"]

Json = dict[str, Any]


def cited_by(library: Library, reference: str) -> Json:
    """Units whose text cites a document, symbol, resolution or article; raises NothingCited.

    Example: `{"query": "CTOC/COP/WG.4/2015/4", "index_version": "1-3f2a9c", "units": [unit, …]}`
    """
    rows = {row for key in _keys(library, reference) for row in library.snapshot.citing.rows(key)}
    units = [unit_json(library, library.at(row)) for row in sorted(rows)]
    return {"query": reference, "index_version": library.index_version, "units": units}


def _keys(library: Library, reference: str) -> set[str]:
    """The citation keys of what a reference names; a document is known by its symbol."""
    from corpus.citations.find import find_citations
    from search.references.resolve import read_reference

    reading = read_reference(library.searcher.catalogue, reference)
    named = {id for naming in reading.names for id in naming.documents}
    symbols = [library.document(id).metadata.symbol for id in sorted(named)]
    keys = {citation.key for citation in reading.citations}
    keys |= {citation.key for symbol in symbols if symbol for citation in find_citations(symbol)}
    if not keys:
        why = "the symbol of the document is not known" if named else "it names nothing that can be cited"
        raise NothingCited(
            f"{reference!r:.200}: {why}; expected a symbol such as CTOC/COP/WG.4/2015/4, a resolution, "
            "a treaty article, or a document whose symbol is printed or supplied"
        )
    return keys

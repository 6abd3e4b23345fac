"""Which units cite a document, symbol, resolution or article."""

from search.errors import NothingCited
from search.library.units import unit_json
from search.opened import OpenIndex
from search.shapes.answers import CitedByAnswer

__all__ = ["cited_by"]


def cited_by(library: OpenIndex, reference: str) -> CitedByAnswer:
    """Units whose text cites a document, symbol, resolution or article; raises NothingCited.

    Example: `{"query": "CTOC/COP/WG.4/2015/4", "index_version": "1-3f2a9c", "units": [unit, …]}`
    """
    rows = {row for key in _keys(library, reference) for row in library.snapshot.citing.rows(key)}
    units = [unit_json(library, library.at(row)) for row in sorted(rows)]
    return {"query": reference, "index_version": library.index_version, "units": units}


def _keys(library: OpenIndex, reference: str) -> set[str]:
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

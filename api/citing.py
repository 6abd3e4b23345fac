"""Citations: what a text cites and whether the index holds it, and which units cite a thing."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from api.errors import NothingCited
from api.library import Library
from api.present import unit_json

if TYPE_CHECKING:
    from corpus.citations import Citation
    from search.catalogue import Catalogue
    from search.references import Reading

__all__ = ["cited_by", "resolve_citations"]

Json = dict[str, Any]

MOST_UNITS = 20
"""Units listed for one citation of a text, such as a range."""


def cited_by(library: Library, reference: str) -> Json:
    """Units whose text cites a document, symbol, resolution or article; raises NothingCited.

    Example: `{"query": "CTOC/COP/WG.4/2015/4", "index_version": "1-3f2a9c", "units": [unit, …]}`
    """
    rows = {row for key in _keys(library, reference) for row in library.snapshot.citing.rows(key)}
    units = [unit_json(library, library.at(row)) for row in sorted(rows)]
    return {"query": reference, "index_version": library.index_version, "units": units}


def resolve_citations(library: Library, text: str) -> Json:
    """Each citation in a text: where it stands, its key, and whether the index holds what it names.

    `status` is `exists` or `not_found`; `units` are the paragraphs or recommendations named, `documents`
    the ids of the documents that bear a cited symbol, `cited_by` how many units cite the same. `text`
    is the text as read, without control characters; `span` counts its characters.
    """
    from search.catalogue import Catalogue
    from search.references import read_reference

    catalogue = Catalogue(library.snapshot)
    reading = read_reference(catalogue, text)
    citations = [_resolved(library, catalogue, reading, citation) for citation in reading.citations]
    return {"text": reading.text, "index_version": library.index_version, "citations": citations}


def _resolved(library: Library, catalogue: "Catalogue", reading: "Reading", citation: "Citation") -> Json:
    from search.references import find_addressed

    found = find_addressed(library.snapshot, catalogue, replace(reading, citations=(citation,)))
    documents = sorted({id for n in reading.names if n.span == citation.span for id in n.documents})
    return {
        "kind": citation.kind.value,
        "text": citation.raw,
        "span": list(citation.span),
        "key": citation.key,
        "status": "exists" if found or documents else "not_found",
        "units": [unit_json(library, library.at(one.row, one.item)) for one in found[:MOST_UNITS]],
        "documents": documents,
        "cited_by": len(library.snapshot.citing.rows(citation.key)),
    }


def _keys(library: Library, reference: str) -> set[str]:
    """The citation keys of what a reference names; a document is known by its symbol."""
    from corpus.citations import find_citations
    from search.catalogue import Catalogue
    from search.references import read_reference

    reading = read_reference(Catalogue(library.snapshot), reference)
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

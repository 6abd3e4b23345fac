"""What the index holds: documents with coverage and dates, and what could not be read of them."""

from typing import Any

from starlette.datastructures import QueryParams

from search.library import Library

__all__ = ["about"]

PAGE = 50


def about(library: Library, asked: QueryParams) -> dict[str, Any]:
    """The documents, page by page, and the counts of the whole."""
    number = asked.get("page", "1")
    page = int(number) if number.isdecimal() and 0 < len(number) < 6 and int(number) else 1
    listed = library.documents(offset=(page - 1) * PAGE, limit=PAGE)
    stored = library.snapshot.documents
    years = sorted({one.metadata.year for one in stored if one.metadata.year is not None})
    return {
        "documents": [(one, _share(one.get("coverage"))) for one in listed["documents"]],
        "total": listed["total"],
        "units": library.snapshot.manifest.counts.units,
        "years": years,
        "doubts": sum(len(one.anomalies) for one in stored),
        "encoder": library.snapshot.manifest.encoder.name,
        "page_number": page,
        "pages": max(1, -(-listed["total"] // PAGE)),
        "index_version": library.index_version,
    }


def _share(coverage: Any) -> str | None:
    """How much of a document stands in units and blocks; None where it is not known."""
    if not coverage or not coverage["characters"]:
        return None
    return f"{100 * (coverage['units'] + coverage['blocks']) / coverage['characters']:.1f}"

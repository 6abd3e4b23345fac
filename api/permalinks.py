"""Addresses of documents and units: as a resource that an assistant reads, and on the page of a service."""

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from search.shapes.units import CitedUnit

__all__ = ["document_resource", "permalink", "unit_resource"]

SCHEME = "yinzheng"


def document_resource(document: str) -> str:
    """The resource of a document: `yinzheng://documents/2031-report`; the id is escaped, slashes too."""
    return f"{SCHEME}://documents/{quote(document, safe='')}"


def unit_resource(unit: "CitedUnit") -> str:
    """The resource of a unit: `yinzheng://units/2031-report/recommendation/3`; `part` and the like follow."""
    said = {name: str(value) for name in ("part", "suffix", "clause", "item") if (value := unit.get(name))}
    path = f"{SCHEME}://units/{quote(unit['document'], safe='')}/{unit['kind']}/{unit['number']}"
    return f"{path}?{urlencode(said, quote_via=quote)}" if said else path


def permalink(unit: "CitedUnit", site: str | None = None) -> str:
    """Where a unit is read: on the page of the service at `site`, else as a resource of the index.

    Example: `permalink(unit, "https://docs.example")` is `https://docs.example/d/2031-report/r/3`
    """
    if site is None:
        return unit_resource(unit)
    from api.page.asked import address

    return site.rstrip("/") + address(unit)

"""What a document can be filtered by, beside its id: string values by name.

| facet | value                                                      |
|-------|------------------------------------------------------------|
| year  | the year that people call the document by, as in `"2019"`   |
"""

from corpus.types import Document

__all__ = ["Facets", "facets_of"]

Facets = dict[str, tuple[str, ...]]
"""What a document can be filtered by: values by name, e.g. `{"year": ("2019",)}`."""


def facets_of(document: Document) -> Facets:
    """The facets of a document; a name without a value is left out.

    Example: `facets_of(document) == {"year": ("2019",)}`
    """
    year = document.metadata.year
    return {} if year is None else {"year": (str(year),)}

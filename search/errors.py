"""What a search can refuse.

SearchError
├── BadQuery                the query cannot be run as it stands
│   ├── EmptyQuery          nothing to search for
│   ├── QueryTooLong        more than 2,000 characters
│   ├── BadK                k is not a whole number from 1 to 1000
│   ├── UnknownDocument     the filter names a document that the index does not hold
│   └── UnknownFacet        the filter names a facet that no document has
├── BadRequest              what was asked cannot be done as asked
├── AmbiguousReference      a reference names several units where one is needed
├── NothingCited            a reference names nothing that can be cited
├── UnknownReference        a reference names no unit of the index
├── UnknownUnit             the index has no such document, or the document no such unit
├── UnknownItem             the unit has no item with this label
├── BadTermBank             a user's term bank cannot be read
└── BadThemes               a theme file cannot be read

Every message says what was found, what was expected, and the remedy.
"""

__all__ = [
    "AmbiguousReference",
    "BadK",
    "BadQuery",
    "BadRequest",
    "BadTermBank",
    "BadThemes",
    "EmptyQuery",
    "NothingCited",
    "QueryTooLong",
    "SearchError",
    "UnknownDocument",
    "UnknownFacet",
    "UnknownItem",
    "UnknownReference",
    "UnknownUnit",
]


class SearchError(Exception):
    """Base of everything that a search can refuse."""


class BadQuery(SearchError):
    """The query cannot be run as it stands."""


class EmptyQuery(BadQuery):
    """Nothing is left to search for once control characters and white space are gone."""


class QueryTooLong(BadQuery):
    """The query is longer than a question or a pasted paragraph can be."""


class BadK(BadQuery):
    """The number of hits asked for is not a whole number from 1 to 1000."""


class UnknownDocument(BadQuery):
    """The document filter names a document that the index does not hold."""


class BadRequest(SearchError):
    """What was asked cannot be done as asked, such as precedents of two things at once."""


class AmbiguousReference(SearchError):
    """The reference names several units where one is needed."""


class NothingCited(SearchError):
    """The reference names neither a document of the index nor anything that can be cited."""


class UnknownFacet(BadQuery):
    """A filter names a facet that no document of the index has."""


class UnknownReference(SearchError):
    """A reference was read, but no unit of the index answers to it."""


class UnknownUnit(SearchError):
    """The index has no such document, or the document no unit of this kind and number."""


class UnknownItem(SearchError):
    """The unit has no item with this label."""


class BadTermBank(SearchError):
    """A user's term bank cannot be read."""


class BadThemes(SearchError):
    """A theme file cannot be read."""

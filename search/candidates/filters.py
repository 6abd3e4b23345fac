"""The filters of a query as the scope that an index evaluates."""

from corpus.types import UnitKind
from indexer.snapshot import Scope
from search.query import Query
from search.records.records import Records

__all__ = ["Filters"]


class Filters:
    """Scopes of queries: which kinds of units, in which documents."""

    def __init__(self, records: Records) -> None:
        """`records` say which documents pass the filters on documents."""
        self._records = records

    def scope(self, query: Query) -> Scope:
        """What passes every filter of the query: values of one filter are alternatives, filters combine.

        A unit passes a filter on documents by its document. Raises UnknownDocument, UnknownFacet.
        """
        return self.among(query.kinds, self._records.allowed(query))

    def among(self, kinds: frozenset[UnitKind], documents: frozenset[str] | None) -> Scope:
        """The units of some kinds in some documents; None, or no kind: of all."""
        return Scope(kinds, documents)

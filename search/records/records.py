"""The documents of a snapshot by what they are, beside what they say: facets and versions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache

from corpus.families.relations import Families, find_families
from corpus.plain_text.folding import fold
from corpus.types import Metadata
from indexer.snapshot import Snapshot
from search.errors import UnknownDocument, UnknownFacet
from search.query import Query, Versions
from search.records.named import named_documents

__all__ = ["COUNTED", "Records"]

COUNTED = ("type", "country", "topics", "year", "body")
"""Facets of every document; those of the owner come behind them."""
_KEPT = 64  # filters whose documents are kept


class Records:
    """Metadata and families of a snapshot's documents; read at the first use."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Of one snapshot, which never changes."""
        self._snapshot = snapshot
        # One object for one filter, whose hash is then taken once: the index keeps bitmaps by it.
        self._allowed = lru_cache(_KEPT)(self._find_allowed)
        self._holding: dict[str, dict[str, frozenset[str]]] = {}

    @cached_property
    def metadata(self) -> Mapping[str, Metadata]:
        """The metadata of every document by its id."""
        return dict(self._snapshot.documents.metadata())

    @cached_property
    def families(self) -> Families:
        """The families of the documents."""
        return find_families(self.metadata.items())

    @cached_property
    def facet_names(self) -> tuple[str, ...]:
        """The facets by which documents can be told apart: those of the program, then those of the owner."""
        own = sorted({name for each in self.metadata.values() for name, _ in each.facets})
        return (*COUNTED, *own)

    def allowed(self, query: Query) -> frozenset[str] | None:
        """The documents that pass every filter of a query on documents; None where all do.

        A document that is asked for by its id passes in whatever version it is. Raises UnknownDocument,
        UnknownFacet.
        """
        return self._allowed(self._wanted(query), query.documents, query.versions)

    def _find_allowed(
        self, wanted: frozenset[tuple[str, frozenset[str]]], documents: frozenset[str], versions: Versions
    ) -> frozenset[str] | None:
        folded = self.families.folded if versions is Versions.CURRENT and not documents else frozenset()
        if not (wanted or folded or documents):
            return None
        _check_known(documents, self.metadata)
        fits: AbstractSet[str] = documents or self.metadata.keys()
        for name, values in wanted:
            holding = self._by_value(name)
            fits = fits & frozenset().union(*(holding.get(value, frozenset()) for value in values))
        return frozenset(fits - folded)

    def _by_value(self, name: str) -> Mapping[str, frozenset[str]]:
        """The documents that have each value of a facet, folded; read at the first use of the facet."""
        if name not in self._holding:
            found: dict[str, set[str]] = {}
            for id, metadata in self.metadata.items():
                for value in metadata.values(name):
                    found.setdefault(fold(value), set()).add(id)
            self._holding[name] = {value: frozenset(ids) for value, ids in found.items()}
        return self._holding[name]

    def named_in(self, query: Query) -> frozenset[str] | None:
        """The documents that a question names by year, body or country, within its filters; None: any."""
        named = named_documents(query.cleaned, self.metadata)
        allowed = self.allowed(query)
        if named is not None and allowed is not None:
            named &= allowed
        return named or None

    def counts(self, documents: Iterable[str]) -> dict[str, dict[str, int]]:
        """How often each value of each facet occurs among some documents, the most frequent first.

        `documents` may hold an id many times, as of the units of a ranking.
        Example: `records.counts(["r19", "r19", "r22"])["year"] == {"2019": 2, "2022": 1}`
        """
        each = Counter(documents)
        found: dict[str, dict[str, int]] = {}
        for name in self.facet_names:
            counted: Counter[str] = Counter()
            for id, times in each.items():
                counted.update(dict.fromkeys(self.metadata[id].values(name), times))
            if counted:
                found[name] = dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
        found["document"] = dict(sorted(each.items(), key=lambda pair: (-pair[1], pair[0])))
        return found

    def _wanted(self, query: Query) -> frozenset[tuple[str, frozenset[str]]]:
        """The values asked for by facet, folded; raises UnknownFacet."""
        wanted: dict[str, set[str]] = {}
        for name, value in query.facets:
            if name not in self.facet_names and name not in _ALSO:
                raise UnknownFacet(
                    f"no document of this index has the facet {name!r:.100}; one of "
                    f"{', '.join(self.facet_names)} "
                    "was expected; `yinzheng documents` shows what documents have"
                )
            wanted.setdefault(name, set()).add(fold(value))
        if query.types:
            wanted.setdefault("type", set()).update(map(fold, query.types))
        if query.years:
            wanted.setdefault("year", set()).update(map(str, query.years))
        return frozenset((name, frozenset(values)) for name, values in wanted.items())


_ALSO = frozenset({"session", "place", "distribution", "language", "symbol"})
"""Metadata that may be filtered by and are not counted: nearly every document has another."""


def _check_known(documents: Iterable[str], known: Mapping[str, object]) -> None:
    missing = sorted(set(documents) - known.keys())
    if missing:
        raise UnknownDocument(
            f"no document {', '.join(missing)} in this index; the id of an indexed document was expected "
            f"(there are {len(known):,}); `yinzheng documents` lists them"
        )

"""What all adapters give: the units that a search found, as text and metadata."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from api.permalinks import permalink
from search.library import Library, open_library

__all__ = ["Found", "Passages"]

_NAMED = ("citation", "document", "kind", "number", "item", "span", "headings", "score")

Found = tuple[str, dict[str, Any]]
"""The verbatim text of a unit, and its metadata."""


class Passages:
    """Units of the index in folder `index`, which is opened at the first search.

    Example: `Passages("my-index").find("押金", k=3)`
    """

    def __init__(self, index: str, site: str | None = None, filters: Mapping[str, Any] | None = None) -> None:
        """`filters` are those of `Library.search`; `site` is where permalinks lead, else `yinzheng://units/…`."""
        self._index, self._site, self._filters = index, site, dict(filters or {})
        self._library: Library | None = None

    def find(self, query: str, *, k: int) -> Iterator[Found]:
        """The best units first, each with `citation`, `span`, `permalink` and where it stands."""
        if self._library is None:
            self._library = open_library(Path(self._index))
        for hit in self._library.search(query, k=k, **self._filters)["hits"]:
            said = {name: hit[name] for name in _NAMED}  # type: ignore[literal-required]  # of a unit
            yield hit["text"], {**said, "permalink": permalink(hit, self._site)}

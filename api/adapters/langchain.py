"""A retriever for LangChain: units of an index as documents, each with its citation."""

from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, PrivateAttr

from api.permalinks import permalink
from search.library import Library, open_library

__all__ = ["YinzhengRetriever"]


class YinzhengRetriever(BaseRetriever):  # type: ignore[misc, unused-ignore]  # Any where it is not installed
    """Finds units of an index; the text of each is verbatim.

    `metadata` of a document has `citation`, `document`, `kind`, `number`, `item`, `span`, `headings`, `score`
    and `permalink`, to the page of the service at `site`, else `yinzheng://units/…`.
    Example: `YinzhengRetriever(index="my-index", k=3).invoke("押金")[0].metadata["citation"]`
    """

    index: str
    k: int = 10
    site: str | None = None
    filters: dict[str, Any] = Field(default_factory=dict)
    """Of `Library.search`: `kinds`, `documents`, `years`, `types`, `facets`, `versions`, `mode`."""

    _library: Library | None = PrivateAttr(default=None)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        if self._library is None:
            self._library = open_library(Path(self.index))
        hits = self._library.search(query, k=k or self.k, **self.filters)["hits"]
        named = ("citation", "document", "kind", "number", "item", "span", "headings", "score")
        return [
            Document(
                page_content=hit["text"],
                metadata={
                    **{name: hit[name] for name in named},  # type: ignore[literal-required]  # of a unit
                    "permalink": permalink(hit, self.site),
                },
            )
            for hit in hits
        ]

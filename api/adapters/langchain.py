"""A retriever for LangChain: units of an index as documents, each with its citation."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, PrivateAttr

from api.adapters.passages import Passages

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

    _passages: Passages | None = PrivateAttr(default=None)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        if self._passages is None:
            self._passages = Passages(self.index, self.site, self.filters)
        return [
            Document(page_content=text, metadata=more)
            for text, more in self._passages.find(query, k=k or self.k)
        ]

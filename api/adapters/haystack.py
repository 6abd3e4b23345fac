"""A retriever for Haystack: units of an index as documents, each with its citation."""

from typing import Any

from haystack import Document, component

from api.adapters.passages import Passages

__all__ = ["YinzhengRetriever"]


@component
class YinzhengRetriever:
    """Finds units of an index; the content of each document is verbatim, `meta` as for LangChain.

    Example: `YinzhengRetriever("my-index").run("押金", top_k=3)["documents"][0].meta["citation"]`
    """

    def __init__(
        self,
        index: str,
        top_k: int = 10,
        site: str | None = None,
        filters: dict[str, Any] | None = None,
    ) -> None:
        """`filters` are those of `Library.search`, not those of the framework's stores."""
        self.index, self.top_k, self.site, self.filters = index, top_k, site, filters
        self._passages = Passages(index, site, filters)

    @component.output_types(documents=list[Document])  # type: ignore[untyped-decorator, unused-ignore]
    def run(self, query: str, top_k: int | None = None) -> dict[str, list[Document]]:
        """The best units first."""
        found = self._passages.find(query, k=top_k or self.top_k)
        return {"documents": [Document(content=text, meta=more, score=more["score"]) for text, more in found]}

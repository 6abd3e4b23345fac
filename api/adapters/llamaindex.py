"""A retriever for LlamaIndex: units of an index as nodes, each with its citation."""

from collections.abc import Mapping
from typing import Any

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from api.adapters.passages import Passages

__all__ = ["YinzhengRetriever"]


class YinzhengRetriever(BaseRetriever):  # type: ignore[misc, unused-ignore]  # Any where it is not installed
    """Finds units of an index; the text of each node is verbatim.

    `metadata` is that of the retriever for LangChain; a model is shown the citation of it and no more.
    Example: `YinzhengRetriever("my-index", k=3).retrieve("押金")[0].metadata["citation"]`
    """

    def __init__(
        self,
        index: str,
        *,
        k: int = 10,
        site: str | None = None,
        filters: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        """`filters` are those of `Library.search`; `settings` those of the framework's retrievers."""
        super().__init__(**settings)
        self._k, self._found = k, Passages(index, site, filters)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(
                node=TextNode(
                    text=text,
                    id_=f"{more['permalink']}@{more['item'] or ''}",
                    metadata=more,
                    excluded_llm_metadata_keys=[name for name in more if name != "citation"],
                    excluded_embed_metadata_keys=list(more),
                ),
                score=more["score"],
            )
            for text, more in self._found.find(query_bundle.query_str, k=self._k)
        ]

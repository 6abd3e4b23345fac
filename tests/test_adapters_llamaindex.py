"""The retriever for LlamaIndex, used as the framework uses one."""

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("llama_index.core", reason="LlamaIndex is in the extra `llamaindex`: make frameworks")

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode

from api.adapters.llamaindex import YinzhengRetriever
from search.library import open_library


def test_nodes_are_the_hits_with_their_citations(samples_index: Path) -> None:
    retriever = YinzhengRetriever(str(samples_index), k=4, site="https://docs.example")
    hits = open_library(samples_index).search("押金退还", k=4)["hits"]
    for nodes in (retriever.retrieve("押金退还"), asyncio.run(retriever.aretrieve("押金退还"))):
        assert [one.text for one in nodes] == [hit["text"] for hit in hits]
        assert [one.metadata["citation"] for one in nodes] == [hit["citation"] for hit in hits]
        assert [one.score for one in nodes] == [hit["score"] for hit in hits]
        assert len({one.node_id for one in nodes}) == 4
        assert all(one.metadata["permalink"].startswith("https://docs.example/d/") for one in nodes)


def test_a_model_is_shown_text_and_citation_alone(samples_index: Path) -> None:
    (node,) = YinzhengRetriever(str(samples_index), k=1).retrieve("押金退还")
    shown = node.node.get_content(MetadataMode.LLM)
    assert shown.split("\n\n", 1) == [f"citation: {node.metadata['citation']}", node.text]
    assert node.node.get_content(MetadataMode.EMBED) == node.text


def test_it_serves_an_engine_of_the_framework(samples_index: Path) -> None:
    kinds = {"kinds": ["recommendation"]}
    retriever = YinzhengRetriever(str(samples_index), k=2, filters=kinds)
    answer = RetrieverQueryEngine.from_args(retriever, llm=MockLLM()).query("怎样退还押金？")
    assert [one.metadata["kind"] for one in answer.source_nodes] == ["recommendation"] * 2
    assert answer.source_nodes[0].metadata["citation"] in str(answer)

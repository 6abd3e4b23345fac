"""The retriever for Haystack, in a pipeline of the framework."""

from pathlib import Path

import pytest

pytest.importorskip("haystack", reason="Haystack is in the extra `haystack`: make frameworks")

from haystack import Pipeline
from haystack.components.builders import PromptBuilder

from api.adapters.haystack import YinzhengRetriever
from search.library import open_library


def test_documents_are_the_hits_with_their_citations(samples_index: Path) -> None:
    retriever = YinzhengRetriever(str(samples_index), site="https://docs.example")
    hits = open_library(samples_index).search("押金退还", k=4)["hits"]
    found = retriever.run("押金退还", top_k=4)["documents"]
    assert [one.content for one in found] == [hit["text"] for hit in hits]
    assert [one.meta["citation"] for one in found] == [hit["citation"] for hit in hits]
    assert [one.score for one in found] == [hit["score"] for hit in hits]
    assert all(one.meta["permalink"].startswith("https://docs.example/d/") for one in found)


def test_a_pipeline_is_written_down_read_again_and_run(samples_index: Path) -> None:
    template = "{% for one in documents %}{{ one.content }}〔{{ one.meta.citation }}〕{% endfor %}"
    made = Pipeline()
    kinds = {"kinds": ["recommendation"]}
    made.add_component("retriever", YinzhengRetriever(str(samples_index), top_k=2, filters=kinds))
    made.add_component("prompt", PromptBuilder(template, required_variables=["documents"]))
    made.connect("retriever.documents", "prompt.documents")
    read = Pipeline.loads(made.dumps(), allowed_modules=["api.adapters.haystack"])
    prompt = read.run({"retriever": {"query": "押金退还"}})["prompt"]["prompt"]
    hits = open_library(samples_index).search("押金退还", k=2, kinds=["recommendation"])["hits"]
    assert prompt == "".join(f"{hit['text']}〔{hit['citation']}〕" for hit in hits)

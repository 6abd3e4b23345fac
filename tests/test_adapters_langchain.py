"""The retriever for LangChain, held by the framework's own suite."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("langchain_tests", reason="LangChain is in the extra `langchain`: make frameworks")

from langchain_tests.integration_tests import RetrieversIntegrationTests

from api.adapters.langchain import YinzhengRetriever


class TestYinzhengRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _index(self, samples_index: Path) -> None:
        type(self).index = samples_index

    index: Path

    @property
    def retriever_constructor(self) -> type[YinzhengRetriever]:
        return YinzhengRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": str(self.index)}

    @property
    def retriever_query_example(self) -> str:
        return "押金"


def test_a_document_carries_its_citation(samples_index: Path) -> None:
    retriever = YinzhengRetriever(index=str(samples_index), k=2, site="https://docs.example")
    first, _ = retriever.invoke("2031年会议建议3")
    assert first.metadata["citation"].endswith("，建议3")
    assert first.metadata["permalink"].startswith("https://docs.example/d/")
    kinds = {"kinds": ["recommendation"]}
    found = YinzhengRetriever(index=str(samples_index), filters=kinds).invoke("押金")
    assert {one.metadata["kind"] for one in found} == {"recommendation"}

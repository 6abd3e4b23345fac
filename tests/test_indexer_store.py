"""Units by row and by address, documents, citing units, from several threads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.citations.find import find_citations
from corpus.types import Document, Unit, UnitKind
from indexer.embedded import EmbeddedSnapshot
from tests.indexer_fakes import make_document
from tests.segment_support import add

CITING = "工作组在CTOC/COP/WG.4/2015/4号文件中审议了这一问题。"


def mixed() -> list[Document]:
    first = make_document("a", ["甲", "乙", CITING, "丁"])
    kinds = [UnitKind.PARAGRAPH, UnitKind.PARAGRAPH, UnitKind.RECOMMENDATION, UnitKind.PARAGRAPH]
    numbers, parts = [1, 2, 1, 1], [None, None, None, "附件一"]
    units = tuple(
        replace(unit, kind=kind, number=number, part=part)
        for unit, kind, number, part in zip(first.units, kinds, numbers, parts, strict=True)
    )
    return [replace(first, units=units), make_document("b", []), make_document("c", ["戊", CITING])]


@pytest.fixture(params=["one segment", "three segments"])
def snapshot(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[EmbeddedSnapshot]:
    if request.param == "one segment":
        add(tmp_path / "索引 ?", mixed())
    else:
        for document in mixed()[::-1]:
            add(tmp_path / "索引 ?", [document])
    with EmbeddedSnapshot.open(tmp_path / "索引 ?") as opened:
        yield opened


def test_rows_run_through_the_documents(snapshot: EmbeddedSnapshot) -> None:
    expected: list[Unit] = [unit for document in mixed() for unit in document.units]
    units = snapshot.units
    assert len(units) == len(expected)
    assert list(units.all()) == list(enumerate(expected))
    assert [units.get(row) for row in range(len(units))] == expected
    for row in (-1, len(expected), 10**30):
        with pytest.raises(IndexError, match="expected 0 to 5"):
            units.get(row)


def test_rows_by_address(snapshot: EmbeddedSnapshot) -> None:
    units = snapshot.units
    assert units.rows() == [0, 1, 2, 3, 4, 5]
    assert units.rows(document="a") == [0, 1, 2, 3]
    assert units.rows(document="a", number=1) == [0, 2, 3]
    assert units.rows(document="a", number=1, part="") == [0, 2]
    assert units.rows(part="附件一") == [3]
    assert units.rows(kind=UnitKind.RECOMMENDATION) == [2]
    assert units.rows(document="a", kind=UnitKind.PARAGRAPH, number=2) == [1]
    assert units.rows(document="a", number=2, last=3) == [1]
    assert units.rows(document="a", number=0, last=10**9, part="") == [0, 1, 2]
    assert units.rows(kind=UnitKind.PARAGRAPH, number=1, last=1) == [0, 3, 4]
    assert units.rows(number=2, last=1) == []
    assert units.rows(number=1, last=10**30) == [0, 1, 2, 3, 4, 5]
    assert units.rows(document="b") == units.rows(document="\ud800") == units.rows(number=10**30) == []


def test_documents(snapshot: EmbeddedSnapshot) -> None:
    documents = snapshot.documents
    assert [document.id for document in documents] == ["a", "b", "c"]
    assert (documents[0].paragraphs, documents[0].recommendations, documents[0].units) == (3, 1, 4)
    assert [document.first_row for document in documents] == [0, 4, 4]
    assert [documents.load(document.id) for document in documents] == mixed()
    assert documents.source("c") == mixed()[2].source
    assert documents.find("d") is None
    with pytest.raises(KeyError):
        documents.source("d")


def test_citing_units(snapshot: EmbeddedSnapshot) -> None:
    (citation,) = find_citations(CITING)
    citing = snapshot.citing
    assert citing.rows(citation.key) == [2, 5]
    assert citing.rows("symbol:NONE") == []


def test_threads_share_a_store(snapshot: EmbeddedSnapshot) -> None:
    units = snapshot.units
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(units.get, [0, 1, 2, 3, 4, 5] * 50))
    assert found == [unit for document in mixed() for unit in document.units] * 50

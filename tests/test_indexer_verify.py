"""The full check sees what checksums cannot: contents that were written wrong."""

import functools
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.types import Document, Run, Span, Unit
from indexer.care.verify import check_runs, verify
from indexer.content.fields import lexical_fields
from indexer.content.words import segment
from indexer.disk.generation import commit, next_generation, write_generation
from indexer.disk.layout import claim_directory
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, indexed, make_document


def committed(index: Path, *documents: Document) -> Path:
    """Commit documents as they are, sound or not."""
    claim_directory(index)
    encoder, units = CountingEncoder(), [unit for document in documents for unit in document.units]
    vectors = encoder.encode_documents([unit.text for unit in units]).reshape(len(units), encoder.dim)
    number = next_generation(index)
    folder = write_generation(index, number, indexed(*documents), vectors, encoder, SplitSegmenter())
    commit(index, folder, number)
    return index


def test_a_sound_index(tmp_path: Path) -> None:
    assert (
        verify(committed(tmp_path, make_document("a", ["甲一", "乙二"]), make_document("b", ["丙三"]))) == []
    )


def test_a_unit_that_is_not_its_source(tmp_path: Path) -> None:
    document = make_document("a", ["甲一", "乙二"])
    wrong = replace(document, units=(document.units[0], replace(document.units[1], text="乙三")))
    (problem,) = verify(committed(tmp_path, wrong))
    assert problem.where == "store.sqlite3"
    assert problem.message == "unit row 1 (a): text differs from the source at 9"


def test_documents_out_of_order(tmp_path: Path) -> None:
    index = committed(tmp_path, make_document("b", ["甲一"]), make_document("a", ["乙二"]))
    assert [problem.message for problem in verify(index)] == [
        "document a: rows are not 1 from 0",
        "document b: rows are not 1 from 1",
    ]


def test_a_lexical_index_with_wrong_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from_one = functools.partial(enumerate, start=1)
    monkeypatch.setattr("indexer.content.lexical_writer.enumerate", from_one, raising=False)
    index = committed(tmp_path, make_document("a", ["甲一", "乙二"]))
    assert [(problem.where, problem.message) for problem in verify(index)] == [
        ("lexical", "rows are not 0 to 1, each once")
    ]


def test_a_file_that_does_not_belong(tmp_path: Path) -> None:
    index = committed(tmp_path, make_document("a", ["甲一"]))
    folder = index / "generations" / "00000001"
    (folder / "lexical" / ".tantivy-meta.lock").touch()
    assert verify(index) == []
    (folder / "lexical" / "stray.idx").touch()
    assert [problem.where for problem in verify(index)] == ["lexical/stray.idx"]


def test_all_damaged_files_are_told(tmp_path: Path) -> None:
    index = committed(tmp_path, make_document("a", ["甲一"]))
    folder = index / "generations" / "00000001"
    with sqlite3.connect(folder / "store.sqlite3") as connection:
        connection.execute("UPDATE units SET number = 7")
    connection.close()
    (folder / "vectors.faiss").unlink()
    assert {problem.where for problem in verify(index)} == {
        str(folder / "store.sqlite3"),
        str(folder / "vectors.faiss"),
    }


SOURCE = "1. 甲乙\n— 7 —\n丙丁"
UNIT = replace(
    make_document("a", ["x"]).units[0], text="甲乙 丙丁", runs=(Run(0, 3, 2), Run(3, 12, 2)), span=Span(3, 14)
)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda unit: unit, None),
        (lambda unit: replace(unit, text="甲乙又丙丁"), "text before character 3 comes from no run"),
        (lambda unit: replace(unit, text="甲乙 丙丁戊"), "text after character 5 comes from no run"),
        (lambda unit: replace(unit, text="甲乙 丙丁 "), None),
        (
            lambda unit: replace(unit, runs=(Run(0, 3, 2), Run(3, 11, 2))),
            "text differs from the source at 11",
        ),
        (
            lambda unit: replace(unit, runs=(Run(0, 3, 2), Run(3, 12, 9))),
            "text differs from the source at 12",
        ),
        (
            lambda unit: replace(unit, runs=(Run(0, 3, 2), Run(1, 12, 2))),
            "text before character 1 comes from no run",
        ),
        (lambda unit: replace(unit, runs=()), "text after character 0 comes from no run"),
        (lambda unit: replace(unit, span=Span(3, 13)), "span (3, 13) is not that of its runs (3, 14)"),
    ],
)
def test_runs(change: Callable[[Unit], Unit], found: str | None) -> None:
    assert check_runs(change(UNIT), SOURCE) == found


def test_lexical_fields_are_of_the_unit() -> None:
    (unit,) = make_document("a", ["甲乙"], headings=("一", "二三"), topics=("丙",)).units
    assert lexical_fields(unit, segment(unit, SplitSegmenter()), SplitSegmenter()) == {
        "words": ["甲", "乙"],
        "bigrams": ["甲乙"],
        "headings": ["一", "二", "三"],
        "topics": ["丙"],
    }

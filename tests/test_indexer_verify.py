"""The full check sees what checksums cannot: contents that were written wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from corpus.types import Document, Run, Span, Unit
from indexer.care.verify import check_runs, verify
from indexer.segment.arrays import write_arrays
from indexer.segment.fields import lexical_fields
from indexer.segment.words import segment
from tests.indexer_fakes import SplitSegmenter, make_document
from tests.segment_support import add, sign


def committed(index: Path, *documents: Document) -> Path:
    """Commit documents as they are, sound or not."""
    add(index, documents)
    return index


def segment_of(index: Path) -> Path:
    (folder,) = (index / "segments").iterdir()
    return folder


def test_a_sound_index(tmp_path: Path) -> None:
    assert (
        verify(committed(tmp_path, make_document("a", ["甲一", "乙二"]), make_document("b", ["丙三"]))) == []
    )


def test_a_unit_that_is_not_its_source(tmp_path: Path) -> None:
    document = make_document("a", ["甲一", "乙二"])
    wrong = replace(document, units=(document.units[0], replace(document.units[1], text="乙三")))
    (problem,) = verify(committed(tmp_path, wrong))
    assert problem.where == "units.safetensors"
    assert problem.message == "unit row 1 (a): text differs from the source at 9"


def test_documents_out_of_order(tmp_path: Path) -> None:
    index = committed(tmp_path, make_document("b", ["甲一"]), make_document("a", ["乙二"]))
    (problem,) = verify(index)
    assert problem.where == str(segment_of(index) / "documents.safetensors")
    assert problem.message == "documents are not in the order of their ids"


def test_postings_whose_units_do_not_rise(tmp_path: Path) -> None:
    index = committed(tmp_path, make_document("a", ["甲", "甲"]))
    path = segment_of(index) / "postings.safetensors"
    arrays = {name: array.copy() for name, array in load_file(path).items()}
    arrays["words_rows"] = arrays["words_rows"][::-1].copy()
    write_arrays(path, arrays)
    sign(index)
    assert [problem.message for problem in verify(index)] == ["the units of a term of words do not rise"]


def test_an_address_that_is_not_the_units(tmp_path: Path) -> None:
    index = committed(tmp_path, make_document("a", ["甲一", "甲二"]))
    path = segment_of(index) / "units.safetensors"
    arrays = {name: array.copy() for name, array in load_file(path).items()}
    arrays["numbers"][1] = 7
    write_arrays(path, arrays)
    sign(index)
    (problem,) = verify(index)
    assert "unit paragraph 2 of 'a', not ('a', <UnitKind.PARAGRAPH: 'paragraph'>, 7)" in problem.message


def test_a_file_that_does_not_belong(tmp_path: Path) -> None:
    index = committed(tmp_path, make_document("a", ["甲一"]))
    (segment_of(index) / "stray.idx").touch()
    (index / "generations" / "00000001" / "stray").touch()
    assert [problem.where for problem in verify(index)] == [
        "00000001/stray",
        f"{segment_of(index).name}/stray.idx",
    ]


def test_all_damaged_files_are_told(tmp_path: Path) -> None:
    index = committed(tmp_path, make_document("a", ["甲一"]))
    folder = segment_of(index)
    data = bytearray((folder / "units.safetensors").read_bytes())
    data[-1] ^= 1
    (folder / "units.safetensors").write_bytes(data)
    (folder / "vectors.safetensors").unlink()
    assert {problem.where for problem in verify(index)} == {
        str(folder / "units.safetensors"),
        str(folder / "vectors.safetensors"),
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

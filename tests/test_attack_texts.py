"""Texts made to be slow: whatever is asked, a search of it takes a moment."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from api.errors import ApiError
from corpus.plain_text.folding import fold
from models.encoders.registry import load_encoder
from models.reading.onnx_reader import OnnxReader
from models.reading.overlap_reader import OverlapReader
from models.reading.packaged import packaged_judge
from search.answer import reading
from search.answer.ask import answer
from search.answer.reading import LONG
from search.answer.refusals import NO_CONTENT
from search.errors import SearchError
from search.library import Library, open_library, operations
from search.library import checked_citations as checking
from search.library.operations import answer_json
from search.query import MAX_LENGTH, Query
from tests.api_support import build_samples
from tests.clock import TRIES, is_within, least, seconds
from tests.load.nasty import nasty_texts

MOST_SECONDS = 0.5  # of CPU; each of them takes less than 0.1 alone, and a square takes many


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the fast encoder: reading takes the packaged one most of the bound, whatever the text."""
    return build_samples(tmp_path_factory.mktemp("index"), "fast")


@pytest.fixture
def libraries(index: Path) -> Iterator[list[Library]]:
    """One for each try, since a library answers from what it keeps of a text."""
    opened = [open_library(index) for _ in range(TRIES)]
    yield opened
    for library in opened:
        library.close()


def asked(library: Library, text: str) -> object:
    """The trained reader for long texts alone: what a short one costs it, `UNITS` and its longest row bound."""
    reader = trained() if len(text) > LONG else OverlapReader()
    return answer_json(library, answer(library, text, replace(packaged_judge(), reader=reader)))


@cache
def trained() -> OnnxReader:
    """One that keeps nothing, whatever a run keeps."""
    return OnnxReader.open()


def answered(work: Callable[[Library, str], object], library: Library, text: str) -> None:
    with suppress(SearchError, ApiError):  # refused is fine; anything else is a defect
        work(library, text[:MAX_LENGTH])


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda library, text: operations.search(library, Query(text)), id="search"),
        pytest.param(lambda library, text: asked(library, text), id="ask"),
        pytest.param(lambda library, text: checking.resolve_citations(library, text), id="resolve"),
        pytest.param(lambda library, text: library.searcher.related_to_text(Query(text)), id="related"),
    ],
)
def test_no_text_takes_long(libraries: list[Library], work: Callable[[Library, str], object]) -> None:
    for library in libraries:
        work(library, "押金 deposit 2031年会议建议1")
    for name, text in nasty_texts():
        tries = (seconds(partial(answered, work, library, text)) for library in libraries)
        assert any(taken < MOST_SECONDS for taken in tries), name


@pytest.mark.parametrize(
    "text", ["2031年会议建议1；", "2031年会议建议8要求“付费使用”；", "“2031年会议建议1”、“甲”；"]
)
def test_citations_are_resolved_in_proportion_to_the_text(libraries: list[Library], text: str) -> None:
    resolve = partial(checking.resolve_citations, libraries[0])
    small, large = (least(partial(resolve, text * (size // len(text)))) for size in (10_000, 40_000))
    assert large < 8 * max(small, 0.02)


def test_no_text_takes_the_encoder_longer_than_as_many_characters() -> None:
    encoder = load_encoder("packaged")
    usual = least(lambda: encoder.encode_queries(["字" * MAX_LENGTH]))
    for name, text in nasty_texts():
        assert is_within(3 * usual, partial(encoder.encode_queries, [fold(text[:MAX_LENGTH])])), name


def test_titles_in_brackets_in_brackets_are_found_and_not_counted_out(tmp_path: Path) -> None:
    """What the bound on titles must not lose: a title that itself has 《》, after any number of brackets."""
    documents, index = tmp_path / "documents", tmp_path / "index"
    documents.mkdir()
    (documents / "a.txt").write_text("1. 河流。\n\n2. 海洋。\n", encoding="utf-8")
    (documents / "a.toml").write_text('title = "关于〈甲〈乙〉丙〉的报告"\n', encoding="utf-8")
    from indexer.build import build
    from models.segmenter import Segmenter

    build([documents], index, load_encoder("hash"), Segmenter())
    library = open_library(index)
    for before in ("", "《", "《《《", "》《", "《丁》和"):
        for title in (
            "《关于《甲《乙》丙》的报告》",
            "《关于〈甲〈乙〉丙〉的报告》",
            "《 关于《甲 《乙》 丙》的 报告 》",
        ):
            hits = library.searcher.search(Query(f"{before}{title}第2段")).hits
            assert hits[0].unit.number == 2, before + title
            assert hits[0].why.reference, before + title


def test_a_long_text_has_fewer_units_read(libraries: list[Library], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the reader takes of a question is bounded; that it fills the windows beside it must be too."""
    read: list[int] = []
    real = reading.read_units

    def counted(*args: Any) -> list[reading.ReadUnit]:
        units = real(*args)
        read.append(len(units))
        return units

    monkeypatch.setattr(reading, "read_units", counted)
    for text in ("押金是多少？", "押金是多少？" * 40):
        answer(libraries[0], text)
    assert read == [reading.UNITS, reading.UNITS_OF_LONG]


def test_a_run_of_letters_without_end_is_no_word(libraries: list[Library]) -> None:
    assert operations.ask(libraries[0], "a" * MAX_LENGTH)["reason"] == NO_CONTENT
    assert operations.ask(libraries[0], "a" * 100)["reason"] != NO_CONTENT

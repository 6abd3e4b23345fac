"""Texts made to be slow: whatever is asked, a search of it takes a moment."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from api import checking, operations
from api.errors import ApiError
from api.library import Library, open_library
from search.errors import SearchError
from search.query import MAX_LENGTH, Query
from tests.api_support import build_samples
from tests.load.nasty import nasty_texts

MOST_SECONDS = 0.5  # of CPU; each of them takes less than 0.15 alone, and a square takes many


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library(build_samples(tmp_path_factory.mktemp("index"), "packaged"))


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda library, text: operations.search(library, Query(text)), id="search"),
        pytest.param(lambda library, text: operations.ask(library, text), id="ask"),
        pytest.param(lambda library, text: checking.resolve_citations(library, text), id="resolve"),
        pytest.param(lambda library, text: library.searcher.related_to_text(Query(text)), id="related"),
    ],
)
def test_no_text_takes_long(library: Library, work: Callable[[Library, str], object]) -> None:
    work(library, "押金")
    for name, text in nasty_texts():
        start = time.process_time()
        with suppress(SearchError, ApiError):  # refused is fine; anything else is a defect
            work(library, text[:MAX_LENGTH])
        assert time.process_time() - start < MOST_SECONDS, name


def test_titles_in_brackets_in_brackets_are_found_and_not_counted_out(tmp_path: Path) -> None:
    """What the bound on titles must not lose: a title that itself has 《》, after any number of brackets."""
    documents, index = tmp_path / "documents", tmp_path / "index"
    documents.mkdir()
    (documents / "a.txt").write_text("1. 河流。\n\n2. 海洋。\n", encoding="utf-8")
    (documents / "a.toml").write_text('title = "关于〈甲〈乙〉丙〉的报告"\n', encoding="utf-8")
    from indexer.build import build
    from models.registry import load_encoder
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

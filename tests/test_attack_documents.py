"""Documents made to be slow or large: what the run itself does with a document that was read is bounded too."""

import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from corpus.citations.paragraphs import _is_label
from corpus.reader import parse_document
from corpus.types import Document
from indexer.build import build
from indexer.encode import Encoded
from indexer.reading.codec import document_to_json
from indexer.reading.limits import DEFAULT_LIMITS
from indexer.reading.received import Ending, outcome
from indexer.report import Failure, Notice
from indexer.segment.fields import ENCODED_CHARACTERS, encoded_text
from indexer.segment.writer import IndexedDocument, make_segment
from indexer.snapshot import open_snapshot
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from tests.clock import TRIES, is_within, seconds
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, make_document, write_reports

SMALL, TIMES = 51_000, 4  # more than the segmenter keeps
SLOW: dict[str, Callable[[int], str]] = {
    "a run of characters that no dictionary has": lambda size: "鿋" * size,
    "all characters in turn": lambda size: "".join(chr(0x4E00 + 7 * at % 0x51D5) for at in range(size)),
    "words that come once": lambda size: " ".join(f"{at:x}q" for at in range(size // 6)),
    "a symbol without end": lambda size: "a/" * (size // 2),
}


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    made = Segmenter()
    made.words("预热第3条")
    return made


@pytest.mark.parametrize("name", SLOW)
def test_a_segment_takes_time_in_proportion_to_the_text(name: str, segmenter: Segmenter) -> None:
    fast = load_encoder("fast")

    def work(text: str) -> object:
        documents = [IndexedDocument(make_document("d", [text]), "d.txt", "0")]
        return make_segment(documents, np.zeros((1, fast.dim), np.float32), segmenter, fast)

    # Texts of their own for each try, or the second would find what the first has left.
    small, large = (
        min(seconds(partial(work, SLOW[name](size + more))) for more in range(TRIES))
        for size in (SMALL, TIMES * SMALL)
    )
    assert large < 2 * TIMES * max(small, 0.02)


def test_whether_a_line_is_a_label_is_not_sought_in_a_line_without_end() -> None:
    text = "建议1和" * 1_000_000
    assert is_within(0.03, lambda: [_is_label(text, 2_000_000) for _ in range(1_000)])


def test_the_words_of_long_texts_are_not_kept(segmenter: Segmenter) -> None:
    texts = ["".join(chr(0x4E00 + (7 * at + start) % 0x51D5) for at in range(51_000)) for start in range(4)]
    segmenter.words(texts[0])
    tracemalloc.start()
    try:
        for text in texts:
            segmenter.words(text)
            segmenter.bigrams(text)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1 << 20


def test_what_of_a_unit_is_encoded_is_bounded_and_the_same_where_nothing_is_cut() -> None:
    usual = make_document("d", ["缔约国應"]).units[0]
    usual = replace(usual, headings=("一. 甲", "二. 建议", "A. 一般"), topics=("关键", "专题"))
    assert encoded_text(usual) == "a. 一般\n二. 建议\n关键\n专题\n缔约国应"
    huge = replace(usual, text="甲" * 5_000_000, headings=("乙" * 1_000_000,) * 9, topics=("丙" * 1_000_000,))
    assert len(encoded_text(huge)) <= ENCODED_CHARACTERS + 2_000
    assert encoded_text(huge).endswith("乙" + "甲" * ENCODED_CHARACTERS)
    assert encoded_text(replace(huge, headings=(), topics=())) == "甲" * ENCODED_CHARACTERS


def test_a_unit_that_is_cut_for_the_encoder_is_told_and_its_words_are_found(tmp_path: Path) -> None:
    folder, encoder = tmp_path / "in", CountingEncoder()
    write_reports(folder)
    (folder / "long.txt").write_text("1. " + "缔约国应监测，" * 2_000 + "鹳\n2. 甲乙。\n", "utf-8")
    report = build([folder], tmp_path / "index", encoder, SplitSegmenter())
    assert (report.added, report.failures) == (["a", "b", "c", "long"], [])
    (notice,) = report.notices
    assert (notice.error, notice.path.name) == (Notice.LONG_UNIT, "long.txt")
    assert "1 units of over 10,000 characters (the longest has 14,001)" in notice.message
    assert max(map(len, encoder.texts)) == ENCODED_CHARACTERS
    with open_snapshot(tmp_path / "index") as snapshot:
        (row,) = snapshot.lexical.search({"words": {"鹳": 1.0}}, 9)[0]
        assert snapshot.units.get(int(row)).document == "long"


def test_headings_over_many_units_are_counted_with_each() -> None:
    """A heading costs as often as there are units below it: a small file would cost hours."""
    document = parse_document("一. 导言\n1. 甲。\n2. 乙。\n", "a")
    heavy = replace(
        document, units=tuple(replace(unit, headings=("甲" * 3_000_000,) * 2) for unit in document.units)
    )
    answer = orjson.dumps({"digest": "0" * 32, "document": orjson.loads(document_to_json(heavy))})
    failure = outcome(Path("a.txt"), answer, Ending(0), DEFAULT_LIMITS)
    assert isinstance(failure, Failure)
    assert "12,000,004 characters in units and the headings above them; at most 10,000,000" in failure.message


def test_documents_are_written_before_too_many_characters_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer import build as module

    real, batches = module.encode_units, list[int]()

    def noted(units: Sequence[Any], *rest: Any) -> Encoded:
        batches.append(len({unit.document for unit in units}))
        return real(units, *rest)

    monkeypatch.setattr(module, "encode_units", noted)
    monkeypatch.setattr(
        module, "BATCH_CHARACTERS", len(write_reports(tmp_path / "in", 5)[0].read_text("utf-8")) * 3 // 2
    )
    build([tmp_path / "in"], tmp_path / "index", CountingEncoder(), SplitSegmenter())
    assert batches == [2, 2, 1]


def test_a_document_made_as_usual_is_within_the_limits() -> None:
    from indexer.reading.limits import excess

    text = "\n".join(f"{number}. 缔约国应采取措施，保护受害者。" for number in range(1, 2_000))
    document: Document = parse_document("一. 导言\n" + text, "a")
    assert excess(document, DEFAULT_LIMITS) is None

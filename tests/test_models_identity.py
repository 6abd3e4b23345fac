"""The fast engine against jieba itself: the same tokens, on everything there is to try."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
import rjieba
from hypothesis import given
from hypothesis import strategies as st
from jieba import finalseg

from models.segmentation.dictionary import Term
from models.segmentation.hidden_markov import HiddenMarkovModel
from models.segmentation.jieba_reference import JiebaEngine
from models.segmentation.rjieba_fast import RjiebaEngine
from models.segmenter import Segmenter

SHARED = Path(__file__).parents[1].parent / "shared"
SAMPLES = Path(__file__).parents[1] / "corpus" / "samples"
SOURCES = (
    "cn_law",
    "news",
    "cmrc2018_train",
    "cmrc2018_dev",
    "drcd_dev",
    "tw_law",
    "un_dev",
    "tatoeba",
    "ntrex",
)
RECORDS, STRIDE, CHARACTERS = 2000, 10, 100


@cache
def fast() -> Segmenter:
    return Segmenter()


@cache
def model() -> HiddenMarkovModel:
    return HiddenMarkovModel()


@cache
def reference() -> Segmenter:
    return Segmenter(engine="jieba")


@pytest.mark.parametrize("folder", [SAMPLES, SHARED / "seeds"], ids=["samples", "seeds"])
def test_documents(folder: Path) -> None:
    paths = sorted(path for path in folder.glob("*") if path.suffix in {".txt", ".md"})
    if not paths:
        pytest.skip(f"no documents in {folder.name}: the folder is not part of the repository")
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert fast().words(text) == reference().words(text)


@pytest.mark.parametrize("source", SOURCES)
def test_text_sources(source: str) -> None:
    path = next((SHARED / "data").glob(f"*/{source}.jsonl.gz"), None)
    if path is None:
        pytest.skip(f"shared/data has no {source}: it is not part of the repository")
    differing = [text for text in texts(path) if fast().words(text) != reference().words(text)]
    assert differing == []


def texts(path: Path) -> Iterator[str]:
    """About 2,000 records spread over the head of the source, the head of each Chinese field."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in islice(file, 0, RECORDS * STRIDE, STRIDE):
            record = json.loads(line)
            for field in ("zh", "text", "paragraph", "question"):
                yield str(record.get(field, ""))[:CHARACTERS]


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5)))
def test_any_han_run(run: str) -> None:
    assert fast()._engine.cut_for_search(run) == reference()._engine.cut_for_search(run)


@given(st.text("缔约国会议受害人者贩运口的一在和了不是中有为"))
def test_runs_dense_in_words(run: str) -> None:
    assert fast()._engine.cut_for_search(run) == reference()._engine.cut_for_search(run)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5), min_size=1))
def test_model_of_unknown_words(characters: str) -> None:
    assert model().cut(characters) == list(finalseg.cut(characters))


@given(st.text("常在吃小王李虎明杭研矮的了看说人是我他她家上", min_size=1))
def test_model_on_names_and_function_words(characters: str) -> None:
    assert model().cut(characters) == list(finalseg.cut(characters))


@pytest.mark.parametrize("run", ["我们常在吃早饭时看电视", "常在矮灌木及小乔木上结群营巢"])
def test_where_rounded_tables_decide_otherwise(run: str) -> None:
    """Found in CMRC 2018 and Tatoeba: rjieba's own model keeps 常在 together."""
    assert "常在" in rjieba.cut(run)
    assert "常在" not in reference().words(run)
    assert fast().words(run) == reference().words(run)


@given(st.text())
def test_any_text(text: str) -> None:
    assert fast().words(text) == reference().words(text)


@pytest.mark.parametrize(
    "text",
    ["\ud800贩运\udfff", "𠀀𪚥㐀〇〇", "贩\0运", "缔约国" * 2000, "T恤卡拉OK", "鿖鿗鿿", "\u200b人口\ufeff"],
)
def test_nasty_strings(text: str) -> None:
    assert fast().words(text) == reference().words(text)


def test_added_terms_weigh_the_same() -> None:
    """New words, and words that the dictionary has already, whose frequency is replaced."""
    weights = {"器官切除": 1, "切除": 100_000, "人口": 1, "的人": 10, "约国": 100_000, "𠮷野": 5}
    terms = [Term(word, frequency) for word, frequency in weights.items()]
    quick, slow = RjiebaEngine(terms), JiebaEngine(terms)
    for run in ("贩运人口以切除器官", "器官切除的人口", "被贩运的人口", "缔约国应当切除"):
        assert quick.cut_for_search(run) == slow.cut_for_search(run)
